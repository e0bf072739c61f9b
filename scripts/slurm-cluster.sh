#!/usr/bin/env bash
# Starts a real Slurm on this machine, without root, systemd or anything under /etc: a controller and nodes of 2 CPUs
# each. Everything lies in one folder. Clients find the cluster through SLURM_CONF=FOLDER/slurm.conf.
#   scripts/slurm-cluster.sh start FOLDER [nodes]
#   scripts/slurm-cluster.sh stop FOLDER
# Needs slurm-wlm (Debian's build has several nodes on one machine). It is for tests alone: there is no munge, so that
# everybody on this machine may start jobs as you while it runs; nobody from elsewhere may.
set -euo pipefail
command=$1 folder=$(realpath -m "$2") nodes=${3:-2}
host=$(hostname -s) user=$(id -un) port=${SLURM_CLUSTER_PORT:-17800}
export SLURM_CONF=$folder/slurm.conf PATH=$PATH:/usr/sbin

start() {
  mkdir -p "$folder"/{state,log,run}
  {
    cat <<CONF
ClusterName=mini
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/none
CredType=cred/none
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPort=$port
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.%n.log
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=2
ReturnToService=2
SlurmdTimeout=${SLURM_CLUSTER_TIMEOUT:-10}
KillWait=5
MinJobAge=${SLURM_CLUSTER_AGE:-3600}
MaxArraySize=${SLURM_CLUSTER_ARRAY:-1001}
JobCompType=jobcomp/filetxt
JobCompLoc=$folder/log/ended
CONF
    for i in $(seq "$nodes"); do
      mkdir -p "$folder/spool/n$i"
      echo "NodeName=n$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + i)) CPUs=2 RealMemory=2000"
    done
    echo 'PartitionName=main Nodes=ALL Default=YES DefaultTime=10 MaxTime=60 State=UP'
  } >"$SLURM_CONF"
  slurmctld
  for i in $(seq "$nodes"); do slurmd -N "n$i"; done
  for _ in $(seq 100); do
    [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = "$nodes" ] && return 0
    sleep 0.1
  done
  sinfo -N
  return 1
}

stop() {
  scancel -u "$user" 2>/dev/null || true # a job outlives its slurmd otherwise
  for _ in $(seq 80); do
    [ -z "$(squeue -h 2>/dev/null)" ] && break
    sleep 0.1
  done
  local pids
  mapfile -t pids < <(cat "$folder"/run/*.pid)
  kill "${pids[@]}" 2>/dev/null || true
  for _ in $(seq 100); do # they write to the folder until they are gone
    kill -0 "${pids[@]}" 2>/dev/null || break
    sleep 0.1
  done
}

"$command"
