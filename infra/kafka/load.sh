#!/usr/bin/env bash
# Sends lines of a file to a topic at a calm rate, with bursts between: the load of docker-compose.yml.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: infra/kafka/load.sh [OPTION...] TOPIC FILE

Sends the lines of FILE to TOPIC, one record each, in turn and again from the first. They come when they are due, whoever reads them.

  --bootstrap-server HOST:PORT   the cluster; default 127.0.0.1:9092
  --rate N                       records a second while it is calm, from 1; default 20
  --burst N                      how many times as many in a burst, from 1; default 20
  --calm S                       seconds between two bursts, from 1; default 60
  --burst-seconds S              seconds of a burst, from 1; default 20
  --rounds N                     ends after so many bursts; default 0, never
  -h, --help

Needs Kafka's kafka-console-producer(.sh) on the PATH, or its place in KAFKA_CONSOLE_PRODUCER.
TEXT
}

die() {
    echo "load.sh: $*" >&2
    exit 2
}

servers=127.0.0.1:9092 rate=20 burst=20 calm=60 burst_seconds=20 rounds=0 names=()
while [[ $# -gt 0 ]]; do
    case $1 in
        -h | --help) usage && exit 0 ;;
        --bootstrap-server | --rate | --burst | --calm | --burst-seconds | --rounds)
            [[ $# -ge 2 ]] || die "$1 has no value; see --help"
            [[ $1 == --bootstrap-server || ($1 == --rounds && $2 == 0) || $2 =~ ^[1-9][0-9]{0,5}$ ]] ||
                die "$1 is '$2'; give a whole number from 1 to 999999"
            case $1 in
                --bootstrap-server) servers=$2 ;;
                --rate) rate=$2 ;;
                --burst) burst=$2 ;;
                --calm) calm=$2 ;;
                --burst-seconds) burst_seconds=$2 ;;
                --rounds) rounds=$2 ;;
            esac
            shift
            ;;
        -*) die "there is no option $1; see --help" ;;
        *) names+=("$1") ;;
    esac
    shift
done
[[ ${#names[@]} -eq 2 ]] || die "name a topic and a file; see --help"
[[ -s ${names[1]} ]] || die "the file ${names[1]} is not there, or empty"
tool=${KAFKA_CONSOLE_PRODUCER:-$(command -v kafka-console-producer || command -v kafka-console-producer.sh || true)}
[[ -n $tool ]] || die "kafka-console-producer is not on the PATH; install Kafka's tools, or set KAFKA_CONSOLE_PRODUCER to its place"
mapfile -t lines <"${names[1]}"

now_us() { echo "${EPOCHREALTIME/[.,]/}"; }

# emit RATE SECONDS: lines at that rate for so long. What is late is made up for, so that the rate holds.
next=0
emit() {
    local began due sent=0 total=$(($1 * $2))
    began=$(now_us)
    while [[ $sent -lt $total ]]; do
        due=$((($(now_us) - began) * $1 / 1000000 + 1))
        [[ $due -le $total ]] || due=$total
        for ((; sent < due; sent++)); do
            printf '%s\n' "${lines[next]}"
            next=$(((next + 1) % ${#lines[@]}))
        done
        sleep 0.05
    done
}

phases() {
    local round
    for ((round = 0; rounds == 0 || round < rounds; round++)); do
        echo "load.sh: calm, $rate a second for $calm s" >&2
        emit "$rate" "$calm"
        echo "load.sh: burst, $((rate * burst)) a second for $burst_seconds s" >&2
        emit "$((rate * burst))" "$burst_seconds"
    done
}

# --timeout is how many milliseconds a record waits for others; a second unless it is given.
phases | "$tool" --bootstrap-server "$servers" --topic "${names[0]}" --timeout 20
