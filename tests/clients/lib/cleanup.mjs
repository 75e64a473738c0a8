// What a test leaves behind is undone in reverse order, all of it, whatever fails on the way.
const stacks = new WeakMap();

export function cleanup(t, undo) {
  if (!t) return;
  let stack = stacks.get(t);
  if (!stack) {
    stacks.set(t, (stack = []));
    t.after(async () => {
      const errors = [];
      while (stack.length > 0) {
        try {
          await stack.pop()();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    });
  }
  stack.push(undo);
}
