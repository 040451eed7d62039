// An HTTPS proxy for the browsers under test: the portal's host name leads to the simulator, everything else to
// nowhere. So the manifest's real host names match, and no browser reaches out of this machine.

import { createServer } from "node:http";
import { connect } from "node:net";

/** @param {Record<string, number>} hosts host name → port on 127.0.0.1 */
export async function startProxy(hosts) {
  const sockets = new Set();
  const server = createServer((_, response) => response.writeHead(403).end());
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("connect", (request, client, head) => {
    const port = hosts[request.url?.replace(/:443$/, "") ?? ""];
    if (!port) return client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  return {
    port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
