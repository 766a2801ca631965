/** A little drawing of a format: a frame of its shape, with a play mark. */
export function Shape({ of: [width, height] }: { of: readonly [number, number] }) {
  const scale = 34 / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  return (
    <svg className="shape" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      <rect x={20 - w / 2} y={20 - h / 2} width={w} height={h} rx="3" />
      <path d="M17.500 15.500l7 4.500-7 4.500z" />
    </svg>
  );
}
