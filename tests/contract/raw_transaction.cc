#include "tests/contract/raw_transaction.h"

#include <cstring>
#include <stdexcept>

namespace causeway::contract {
namespace {

constexpr int kTimeoutMs = 20'000;

void Check(rd_kafka_error_t* error) {
  if (error == nullptr) return;
  const std::string text = rd_kafka_error_string(error);
  rd_kafka_error_destroy(error);
  throw std::runtime_error(text);
}

void Check(rd_kafka_resp_err_t error) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(error));
}

}  // namespace

RawTransaction::RawTransaction(const std::string& bootstrap_servers, const std::string& transactional_id) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap_servers.c_str(), nullptr, 0);
  rd_kafka_conf_set(conf, "transactional.id", transactional_id.c_str(), nullptr, 0);
  char problem[512];
  client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem, sizeof(problem));
  if (client_ == nullptr) throw std::runtime_error(problem);
  Check(rd_kafka_init_transactions(client_, kTimeoutMs));
  Check(rd_kafka_begin_transaction(client_));
}

RawTransaction::~RawTransaction() { rd_kafka_destroy(client_); }

void RawTransaction::Produce(const std::string& topic, int32_t partition, const std::string& value) {
  Check(rd_kafka_producev(client_, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
                          RD_KAFKA_V_KEY("key", 3), RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END));
  Check(rd_kafka_flush(client_, kTimeoutMs));
}

void RawTransaction::SendOffset(const std::string& group, const std::string& topic, int32_t partition,
                                const backlog::GroupOffset& offset) {
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_t* entry = rd_kafka_topic_partition_list_add(list, topic.c_str(), partition);
  entry->offset = offset.offset;
  entry->metadata = strdup(offset.metadata.c_str());  // The list's, freed with it.
  entry->metadata_size = offset.metadata.size();
  rd_kafka_consumer_group_metadata_t* nobody = rd_kafka_consumer_group_metadata_new(group.c_str());
  rd_kafka_error_t* error = rd_kafka_send_offsets_to_transaction(client_, list, nobody, kTimeoutMs);
  rd_kafka_consumer_group_metadata_destroy(nobody);
  rd_kafka_topic_partition_list_destroy(list);
  Check(error);
}

void RawTransaction::Commit() { Check(rd_kafka_commit_transaction(client_, kTimeoutMs)); }

void RawTransaction::Abort() { Check(rd_kafka_abort_transaction(client_, kTimeoutMs)); }

}  // namespace causeway::contract
