package main

import (
	"context"
	"os"
)

const (
	// schemathesisTool is where .ci/run puts Schemathesis.
	schemathesisTool = "local/.tools/schemathesis/bin/schemathesis"
	getSchemathesis  = "python3 -m venv local/.tools/schemathesis && local/.tools/schemathesis/bin/pip install schemathesis==4.32.5"
)

// schemathesis asks a development stack what Schemathesis invents from
// openapi.yaml: no answer may be one that the document does not name, and none
// a 5xx.
func (r *report) schemathesis(ctx context.Context) {
	if _, err := os.Stat(schemathesisTool); err != nil {
		r.skip("Schemathesis", getSchemathesis)
		return
	}
	r.command(ctx, "Schemathesis", nil, "local/schemathesis/run")
}
