#include "common/rpc/grpc_log.h"

#include <grpc/support/log.h>

#include "common/process/log.h"

namespace causeway::rpc {

void LogGrpc() {
  gpr_set_log_function([](gpr_log_func_args* line) {
    if (line->severity == GPR_LOG_SEVERITY_ERROR)
      log::Warning("grpc", {{"text", line->message}, {"file", line->file}, {"line", line->line}});
    else
      log::Debug("grpc", {{"text", line->message}, {"file", line->file}, {"line", line->line}});
  });
}

}  // namespace causeway::rpc
