// FreePort: a loopback TCP port for a server that a test starts.
#pragma once

namespace causeway::test_support {

// Nothing listens on it now, this process hasn't handed it out before, and it lies below the kernel's range for
// outgoing connections: it stays free while the server that uses it is killed and started again.
int FreePort();

}  // namespace causeway::test_support
