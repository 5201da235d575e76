// ws brings no types of its own.
declare module "ws" {
  // biome-ignore lint/suspicious/noExplicitAny: that is all that is known of it here
  const WebSocket: any;
  export default WebSocket;
}
