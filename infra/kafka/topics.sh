#!/usr/bin/env bash
# Creates the three topics that the worker needs: documents, labels, dead-letter records. Those that exist stay as they are.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: infra/kafka/topics.sh [OPTION...] INPUT [LABELS [DEAD_LETTERS]]

Creates the topics that are missing; what exists is left as it is, so running it again changes nothing.
LABELS is INPUT.labels and DEAD_LETTERS is INPUT.dead-letters unless given.

  --bootstrap-server HOST:PORT   the cluster; default 127.0.0.1:9092
  --partitions N                 of each topic; default 6. As many workers can share the work
  --replication N                copies of each topic; default 3. A cluster of one broker takes 1
  --command-config FILE          the client's properties, for TLS and passwords
  -h, --help

Needs Kafka's kafka-topics(.sh) on the PATH, or its place in KAFKA_TOPICS.

  input          as the cluster has it
  labels         as the cluster has it
  dead letters   kept for 30 days, and up to 16 MiB each, as the worker's producer sends them
  all            with 3 copies or more, 2 must have a record before it counts as delivered (min.insync.replicas=2)
TEXT
}

die() {
    echo "topics.sh: $*" >&2
    exit 2
}

servers=127.0.0.1:9092 partitions=6 replication=3 config=() names=()
while [[ $# -gt 0 ]]; do
    case $1 in
        -h | --help) usage && exit 0 ;;
        --bootstrap-server | --partitions | --replication | --command-config)
            [[ $# -ge 2 ]] || die "$1 has no value; see --help"
            case $1 in
                --bootstrap-server) servers=$2 ;;
                --partitions) partitions=$2 ;;
                --replication) replication=$2 ;;
                --command-config) config=(--command-config "$2") ;;
            esac
            shift
            ;;
        -*) die "there is no option $1; see --help" ;;
        *) names+=("$1") ;;
    esac
    shift
done
[[ ${#names[@]} -ge 1 && ${#names[@]} -le 3 ]] || die "name one to three topics; see --help"
[[ $partitions =~ ^[1-9][0-9]*$ ]] || die "--partitions is '$partitions'; give a number from 1"
[[ $replication =~ ^[1-9][0-9]*$ ]] || die "--replication is '$replication'; give a number from 1"
tool=${KAFKA_TOPICS:-$(command -v kafka-topics || command -v kafka-topics.sh || true)}
[[ -n $tool ]] || die "kafka-topics is not on the PATH; install Kafka's command line tools, or set KAFKA_TOPICS to its place"

# create NAME [SETTING=VALUE...]
create() {
    local name=$1 setting settings=()
    shift
    [[ $replication -ge 3 ]] && set -- "$@" min.insync.replicas=2
    for setting in "$@"; do settings+=(--config "$setting"); done
    "$tool" --bootstrap-server "$servers" "${config[@]}" --create --if-not-exists --topic "$name" \
        --partitions "$partitions" --replication-factor "$replication" "${settings[@]}"
}

create "${names[0]}"
create "${names[1]:-${names[0]}.labels}"
create "${names[2]:-${names[0]}.dead-letters}" retention.ms=2592000000 max.message.bytes=16777216
