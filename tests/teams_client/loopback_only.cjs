// Loaded into Microsoft's client before anything of its own: it would listen on every interface and call Microsoft's
// telemetry. Here it listens on loopback, and whatever it calls elsewhere is as if there were no network.
const net = require("node:net");

const OURS = new Set(["127.0.0.1", "::1", "localhost", undefined]);
const { listen } = net.Server.prototype;
const { connect } = net.Socket.prototype;

net.Server.prototype.listen = function (...given) {
  const [first, second, ...rest] = given;
  if (typeof first === "number" && typeof second !== "string") {
    return listen.call(this, first, "127.0.0.1", ...given.slice(1));
  }
  if (first !== null && typeof first === "object" && "port" in first) {
    return listen.call(this, { ...first, host: "127.0.0.1" }, ...given.slice(1));
  }
  return listen.call(this, first, second, ...rest);
};

net.Socket.prototype.connect = function (...given) {
  const wanted = Array.isArray(given[0]) ? given[0][0] : given[0];
  const host = typeof wanted === "object" ? wanted?.host : given.find((each) => typeof each === "string");
  if (wanted?.path || OURS.has(host)) {
    return connect.apply(this, given);
  }
  process.nextTick(() => this.destroy(new Error("offline")));
  return this;
};
