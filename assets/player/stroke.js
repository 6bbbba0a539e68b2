// The sketcher's stroke while it is drawn, or what to do with an empty sheet.

import { px } from "./chemistry.js";
import { snapped } from "./drawing.js";

export function paintStroke(sketch, context) {
  const { graph, start, tool } = sketch;
  if (!sketch.drawing.atoms.length) invite(graph, context);
  if (!start || !sketch.far || !["draw", "chain"].includes(tool)) return;
  const from = start.target?.id ? start.target : start.at;
  const over = graph.at(sketch.now, start.target);
  const to = over?.id ? over : tool === "draw" ? snapped(from, sketch.now.x, sketch.now.y) : sketch.now;
  const [x0, y0] = px(graph.view, from), [x1, y1] = px(graph.view, to);
  context.strokeStyle = graph.theme.primary;
  context.lineWidth = 2.5;
  context.setLineDash([5, 4]);
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
  context.setLineDash([]);
}

function invite({ theme, size }, context) {
  context.font = `${15 * theme.scale}px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  context.fillText("Click to place an atom, drag from it to grow a bond", size.width / 2, size.height / 2);
}
