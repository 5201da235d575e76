// Which of a server's processes hold the connections. Who serves one port lets the kernel choose; where a workload
// wants a document's people on all processes, some call again until they are, as if through a balancer that counts.

const MOST_CALLS = 2000;

/** @typedef {import("./typing.mjs").Crowd} Crowd */

/**
 * Spreads each document's clients evenly where `evenly`; how many connections each process then has, and how many
 * documents are open in several.
 * @param {Crowd} crowd
 * @param {any} told
 * @param {boolean} evenly
 */
export async function placed(crowd, told, evenly) {
  if (evenly) for (const document of crowd.documents) await spread(crowd, document, told);
  const { processes, holders } = await ask(
    crowd.documents.flatMap(({ clients }) => clients),
    told,
  );
  const connections = Array.from({ length: processes }, () => 0);
  for (const holder of holders) connections[holder] += 1;
  let open_in_several = 0;
  for (const { clients } of crowd.documents) {
    open_in_several += new Set(holders.splice(0, clients.length)).size > 1 ? 1 : 0;
  }
  return { connections: connections.sort((one, other) => other - one), open_in_several };
}

/**
 * @param {Crowd} crowd
 * @param {any} document
 * @param {any} told
 */
async function spread(crowd, document, told) {
  for (let calls = 0; calls < MOST_CALLS; ) {
    const { processes, holders } = await ask(document.clients, told);
    const most = Math.ceil(document.clients.length / processes);
    const held = Array.from({ length: processes }, () => 0);
    const surplus = document.clients.filter(
      (/** @type {any} */ _, /** @type {number} */ index) => ++held[holders[index]] > most,
    );
    if (!surplus.length) return;
    for (const client of surplus) {
      await crowd.callAgain(document, client);
      calls += 1;
    }
  }
  throw new Error(`after ${MOST_CALLS} calls a process still holds too many`);
}

/**
 * @param {any[]} clients
 * @param {any} told
 * @returns {Promise<{processes: number, holders: number[]}>}
 */
function ask(clients, told) {
  return told.placed(clients.map((client) => client.socket.port));
}
