// Package operator names the Prometheus operator's types, from which its custom resource definitions are generated.
package operator

import _ "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
