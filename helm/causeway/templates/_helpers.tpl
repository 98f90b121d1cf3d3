{{/* Helpers take a dictionary: root (the chart's $), component ("ingress"), settings (the component's values). */}}

{{/* Names of Services have no dot, those of releases may. */}}
{{- define "causeway.name" -}}
{{ .Values.fullnameOverride | default .Release.Name | replace "." "-" | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "causeway.selector" -}}
app.kubernetes.io/name: causeway
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "causeway.labels" -}}
{{ include "causeway.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: causeway
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* name and labels of metadata; the name is <release>-<component>. */}}
{{- define "causeway.metadata" -}}
name: {{ include "causeway.name" .root }}-{{ .component }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "causeway.labels" . | nindent 2 }}
{{- end }}

{{- define "causeway.image" -}}
{{- $image := .root.Values.image -}}
image: {{ compact (list $image.registry $image.repository .image) | join "/" }}:{{ $image.tag | default .root.Chart.AppVersion }}
imagePullPolicy: {{ $image.pullPolicy }}
{{- end }}

{{- define "causeway.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (ternary (include "causeway.name" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{/* What a container is given in every pod of the chart. */}}
{{- define "causeway.container" -}}
terminationMessagePolicy: FallbackToLogsOnError
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* The common pod settings with the component's own over them, as YAML: maps are merged, lists and words replaced, by empty ones too. */}}
{{- define "causeway.pod" -}}
{{- $pod := deepCopy .root.Values.pod -}}
{{- range $name, $own := .settings.pod }}
{{- if kindIs "map" $own }}{{ $own = mergeOverwrite (get $pod $name | default dict) $own }}{{ end }}
{{- $_ := set $pod $name $own }}
{{- end }}
{{- toYaml $pod }}
{{- end }}

{{- define "causeway.podMetadata" -}}
{{- $pod := include "causeway.pod" . | fromYaml -}}
labels:
  {{- include "causeway.selector" . | nindent 2 }}
  {{- with $pod.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $annotations := merge (.annotations | default dict) $pod.annotations }}
{{- if and .scraped .root.Values.metrics.annotations }}
{{- $annotations = merge $annotations (dict "prometheus.io/scrape" "true" "prometheus.io/port" "9100" "prometheus.io/path" "/metrics") }}
{{- end }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Everything of a pod's spec but containers and volumes. spread: over nodes, unless told otherwise. serviceAccount: another one than the release's. */}}
{{- define "causeway.podSpec" -}}
{{- $pod := include "causeway.pod" . | fromYaml -}}
serviceAccountName: {{ .serviceAccount | default (include "causeway.serviceAccount" .root) }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  seccompProfile: {type: RuntimeDefault}
  {{- range $name, $value := $pod.securityContext }}
  {{- if not (kindIs "invalid" $value) }}
  {{ $name }}: {{ kindIs "float64" $value | ternary (int64 $value | toString) (toJson $value) }}
  {{- end }}
  {{- end }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- range $name := list "nodeSelector" "tolerations" "affinity" "priorityClassName" }}
{{- with get $pod $name }}
{{ $name }}: {{ toJson . }}
{{- end }}
{{- end }}
{{- if $pod.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml $pod.topologySpreadConstraints | nindent 2 }}
{{- else if .spread }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "causeway.selector" . | nindent 8 }}
{{- end }}
{{- end }}

{{/* The variables of pod.extraEnv; never one that the chart sets, for Kubernetes would take the last of two. */}}
{{- define "causeway.extraEnv" -}}
{{- $own := "CAUSEWAY_(LISTEN|PORT|CONTACTS|STATE_FILE|STATE_DIR|CONTROLLER|SERVER|REPLICA|CA_FILE|PROXY|MASTER_KEY_FILE|PARTITIONS|REPLICATION_FACTOR|MIN_INSYNC_REPLICAS|RETIRED_TOPICS|MAX_CUSTOM_TABLES|MAX_COLUMNS|KAFKA|KAFKA_PROPERTY|METRICS|LOG_LEVEL_FILE|TERMINATION_LOG|STOP_DEADLINE)|KAFKA_.*" -}}
{{- with (include "causeway.pod" . | fromYaml).extraEnv }}
{{- range . }}
{{- if regexMatch (printf "^(%s)$" $own) .name }}{{ fail (printf "pod.extraEnv: %s is set by the chart; there is a value for what can be chosen (README.md)." .name) }}{{ end }}
{{- end }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{/* A service finishes what is in flight; Kubernetes waits a little longer. */}}
{{- define "causeway.gracePeriod" -}}
terminationGracePeriodSeconds: {{ add .Values.stopDeadlineSeconds 5 }}
{{- end }}

{{/* true, or nothing. */}}
{{- define "causeway.kafkaBundled" -}}
{{- $kafka := .Values.kafka -}}
{{- if kindIs "invalid" $kafka.bundled.enabled -}}
{{- if and .Values.sandbox.enabled (not $kafka.bootstrapServers) }}true{{ end -}}
{{- else if $kafka.bundled.enabled }}true{{ end -}}
{{- end }}

{{- define "causeway.kafkaServers" -}}
{{- if include "causeway.kafkaBundled" . -}}
{{ include "causeway.name" . }}-kafka:9092
{{- else -}}
{{ .Values.kafka.bootstrapServers }}
{{- end }}
{{- end }}

{{/* A ConfigMap's or Secret's key as a volume's source. */}}
{{- define "causeway.fileSource" -}}
{{- if .configMap -}}
configMap: {name: {{ .configMap | quote }}, items: [{key: {{ .key | quote }}, path: ca.crt}]}
{{- else -}}
secret: {secretName: {{ .secret | quote }}, items: [{key: {{ .key | quote }}, path: ca.crt}]}
{{- end }}
{{- end }}

{{/* Where Kafka is, and how it is reached. */}}
{{- define "causeway.kafkaEnv" -}}
{{- $kafka := .root.Values.kafka -}}
{{- $properties := list -}}
{{- range $name, $value := $kafka.properties }}{{ $properties = append $properties (printf "%s=%s" $name (toString $value)) }}{{ end -}}
{{- if $kafka.ca }}{{ $properties = append $properties "ssl.ca.location=/etc/causeway/kafka-ca/ca.crt" }}{{ end -}}
{{- if $kafka.clientCertificateSecret }}
{{- $properties = append $properties "ssl.certificate.location=/etc/causeway/kafka-client/tls.crt" }}
{{- $properties = append $properties "ssl.key.location=/etc/causeway/kafka-client/tls.key" }}
{{- end -}}
- {name: CAUSEWAY_KAFKA, value: {{ include "causeway.kafkaServers" .root | quote }}}
{{- range $name, $source := $kafka.secretProperties }}
{{- $variable := printf "KAFKA_%s" (regexReplaceAll "[^A-Z0-9]" (upper $name) "_") }}
{{- $properties = append $properties (printf "%s=$(%s)" $name $variable) }}
- {name: {{ $variable }}, valueFrom: {secretKeyRef: {name: {{ $source.secret | quote }}, key: {{ $source.key | quote }}}}}
{{- end }}
{{- with $properties }}
- {name: CAUSEWAY_KAFKA_PROPERTY, value: {{ join "," . | quote }}}
{{- end }}
- {name: CAUSEWAY_TERMINATION_LOG, value: /dev/termination-log}
{{- end }}

{{/* What all services of Causeway's own are told. */}}
{{- define "causeway.serviceEnv" -}}
{{ include "causeway.kafkaEnv" . }}
- {name: CAUSEWAY_METRICS, value: "0.0.0.0:9100"}
- {name: CAUSEWAY_LOG_LEVEL_FILE, value: /etc/causeway/log/level}
- {name: CAUSEWAY_STOP_DEADLINE, value: "{{ .root.Values.stopDeadlineSeconds }}s"}
{{- with include "causeway.extraEnv" . }}
{{ . }}
{{- end }}
{{- end }}

{{- define "causeway.kafkaMounts" -}}
{{- if .root.Values.kafka.ca }}
- {name: kafka-ca, mountPath: /etc/causeway/kafka-ca, readOnly: true}
{{- end }}
{{- if .root.Values.kafka.clientCertificateSecret }}
- {name: kafka-client, mountPath: /etc/causeway/kafka-client, readOnly: true}
{{- end }}
{{- end }}

{{- define "causeway.serviceMounts" -}}
- {name: log-level, mountPath: /etc/causeway/log, readOnly: true}
{{- include "causeway.kafkaMounts" . }}
{{- end }}

{{- define "causeway.kafkaVolumes" -}}
{{- with .root.Values.kafka.ca }}
- name: kafka-ca
  {{- include "causeway.fileSource" . | nindent 2 }}
{{- end }}
{{- with .root.Values.kafka.clientCertificateSecret }}
- {name: kafka-client, secret: {secretName: {{ . | quote }}}}
{{- end }}
{{- end }}

{{- define "causeway.serviceVolumes" -}}
- {name: log-level, configMap: {name: {{ include "causeway.name" .root }}-log-level}}
{{- include "causeway.kafkaVolumes" . }}
{{- end }}

{{/* port: the port's name that gRPC health is asked at. */}}
{{- define "causeway.probes" -}}
startupProbe:
  grpc: {port: {{ .port }}, service: liveness}
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  grpc: {port: {{ .port }}, service: liveness}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  grpc: {port: {{ .port }}, service: readiness}
  periodSeconds: 2
  timeoutSeconds: 2
{{- end }}

{{/* The claim of the volume "data" of a StatefulSet; nothing where its data may go with the pod. */}}
{{- define "causeway.dataVolume" -}}
{{- if .enabled -}}
persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Retain}
volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .storageClass }}
      storageClassName: {{ . | quote }}
      {{- end }}
      resources: {requests: {storage: {{ .size | quote }}}}
{{- end }}
{{- end }}

{{/* The rest of a container that runs causewayctl with `arguments`; ends within `env`, so that more may follow. */}}
{{- define "causeway.ctl" -}}
{{ include "causeway.image" . }}
{{ include "causeway.container" . }}
command: [/usr/bin/causewayctl]
args: {{ concat (list "--connect-timeout" "300") .arguments | toJson }}
resources:
  requests: {cpu: 10m, memory: 16Mi}
  limits: {memory: 128Mi}
env:
  - {name: CAUSEWAY_SERVER, value: "{{ include "causeway.name" .root }}-controller:{{ .root.Values.controller.service.port }}"}
{{- end }}

{{/* A container that asks the sandbox's control API with `arguments`. */}}
{{- define "causeway.sandboxCall" -}}
{{ include "causeway.image" . }}
{{ include "causeway.container" . }}
args: {{ concat (list "call") .arguments (list "--host" (printf "%s-sandbox" (include "causeway.name" .root)) "--port" "17080") | toJson }}
resources:
  requests: {cpu: 10m, memory: 16Mi}
  limits: {memory: 128Mi}
{{- end }}

{{/* Rules of NetworkPolicies. Every pod may ask for names, and do what the values add. */}}
{{- define "causeway.egressRules" -}}
- ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
{{- with .Values.networkPolicy.extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "causeway.egressToKafka" -}}
{{- if include "causeway.kafkaBundled" . -}}
- to:
    - podSelector:
        matchLabels:
          {{- include "causeway.selector" (dict "root" . "component" "kafka") | nindent 10 }}
  ports: [{port: kafka}]
{{- else -}}
- ports:
    {{- range regexFindAll ":[0-9]+" .Values.kafka.bootstrapServers -1 | uniq }}
    - {port: {{ trimPrefix ":" . }}}
    {{- end }}
{{- end }}
{{- end }}

{{- define "causeway.egressToSandbox" -}}
{{- if .Values.sandbox.enabled -}}
- to:
    - podSelector:
        matchLabels:
          {{- include "causeway.selector" (dict "root" . "component" "sandbox") | nindent 10 }}
  ports: [{port: http}]
{{- end }}
{{- end }}

{{- define "causeway.ingressOfMetrics" -}}
- ports: [{port: metrics}]
  {{- with .Values.networkPolicy.metricsFrom }}
  from:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "causeway.networkPolicy" -}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "causeway.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "causeway.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
{{- end }}
