// ScriptedRun: the world of one run whose broker is scripted (scripted_checkpoints.h), for tests of the loops that follow and commit.
#pragma once

#include "common/async/loop.h"
#include "common/async/testing/manual_loop.h"
#include "common/backlog/topics.h"
#include "common/engine/run_state.h"
#include "common/engine/testing/no_http.h"
#include "common/engine/testing/replica.h"
#include "common/engine/testing/scripted_checkpoints.h"
#include "common/engine/world.h"
#include "common/store/memory_store.h"
#include "gtest/gtest.h"

namespace causeway::engine {

class ScriptedRun : public testing::Test {
 protected:
  async::ManualLoop loop_;
  async::Random random_{1};
  ScriptedCheckpoints broker_{loop_};
  NoHttp http_;
  store::MemoryStore store_;
  World world_{loop_, random_, broker_, http_, store_, "one"};
  const backlog::WorkflowTopics topics_ = backlog::TopicsOf(kWorkflowName, "", 0);
  RunState state_{"one"};
};

}  // namespace causeway::engine
