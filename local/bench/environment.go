package main

import (
	"strings"

	"sallyport/shared/seal"
)

// variables are the environment of a function under test.
type variables map[string]string

// environment is what the function verify is told. Its root key is this
// benchmark's own and protects nothing.
func environment() variables {
	return variables{
		"AWS_SAM_LOCAL": "true", seal.DevRootKeyVariable: strings.Repeat("5a", 32),
		"AWS_REGION": "local", "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench",
		"TABLE_NAME": tableName, "ISSUER_URL": "https://2fa.example",
		"SECRETS_KEY_ARN": "unused", "TOKENS_KEY_ARN": "unused", "SALLYPORT_TENANT_RATE": "100",
	}
}

func (v variables) get(name string) string { return v[name] }

// list is the form that a process takes.
func (v variables) list() []string {
	out := make([]string, 0, len(v))
	for name, value := range v {
		out = append(out, name+"="+value)
	}
	return out
}
