// The player's link to the server: it asks for frames, one question at a time.

const PATIENCE = 4000; // ms after which a question is taken as lost

/** Ask the server to train `want` frames further, and for all frames that are missing here.
 *
 * `drag` is [name, numbers]: what is dragged is changed to this before, and nothing trained.
 */
export async function pull(player, want, everything = false, drag = undefined) {
  const now = performance.now();
  if (!player.live || (player.dragged && !drag) || (player.waiting && now - player.waiting < PATIENCE)) return;
  player.waiting = now;
  const film = player.film.id;
  const body = JSON.stringify({ run: player.source, have: everything ? -1 : player.film.newest, want, drag });
  try {
    const answer = await fetch(player.link.url, { method: "POST", body });
    const bytes = answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
    if (film === player.film.id) answered(player, bytes);
  } catch {
    if (film === player.film.id) answered(player, null);
  } finally {
    if (player.waiting === now) player.waiting = 0;
  }
}

function answered(player, bytes) {
  player.problem(bytes ? "" : "The connection to this run is lost. Reload the page to go on.");
  if (bytes) player.receive(bytes);
  else Object.assign(player, { training: false, playing: false, drawn: -1 }); // so that the button says it
}
