// gRPC's own lines (a port that can't be had, a connection that broke) among the service's JSON lines, as event "grpc".
#pragma once

namespace causeway::rpc {

// From now on, in the whole process. Its errors become warnings, for whoever called says what they led to; the rest is for debugging.
void LogGrpc();

}  // namespace causeway::rpc
