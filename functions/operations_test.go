package functions_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport/shared/boot"
	"sallyport/shared/memory"
	"sallyport/shared/stream"
	"sallyport/shared/twofactor"
)

// documented lists what a shell function of the runbook is called with.
func documented(t *testing.T, function string) (arguments []string) {
	t.Helper()
	text := read(t, "../docs/runbook.md") + read(t, "../docs/operations.md")
	call := regexp.MustCompile(`(?m)(?:^|\W)` + function + ` (?:'([^']*)'|"([^"]*)"|(\w+))`)
	for _, match := range call.FindAllStringSubmatch(text, -1) {
		arguments = append(arguments, match[1]+match[2]+match[3])
	}
	return arguments
}

// keyring makes keys of nothing.
type keyring struct{}

func (keyring) NewRootKey(context.Context, twofactor.RootPurpose) (twofactor.RootKey, error) {
	return twofactor.RootKey{ID: rand.Text(), Wrapped: twofactor.SecretBytes("w")}, nil
}

func (keyring) NewSigningKey(context.Context) (twofactor.SigningKey, error) {
	return twofactor.SigningKey{ID: rand.Text(), Public: []byte("{}"), Private: twofactor.SecretBytes("w")}, nil
}

func TestTheDocumentedCallsOfTheOperatorAreUnderstood(t *testing.T) {
	deps := twofactor.Deps{Store: memory.New(), Now: func() time.Time { return time.Now().UTC() }, Random: rand.Reader}
	operator := boot.Operate(twofactor.NewOperate(deps, keyring{}))
	var done []string
	for _, payload := range documented(t, "operator") {
		decoder := json.NewDecoder(bytes.NewReader([]byte(payload)))
		decoder.DisallowUnknownFields()
		var request boot.OperatorRequest
		if err := decoder.Decode(&request); err != nil {
			t.Errorf("%s: %v", payload, err)
			continue
		}
		if _, err := operator(t.Context(), request); err != nil {
			t.Errorf("%s: %v", payload, err)
		}
		done = append(done, request.Do)
	}
	for _, do := range []string{twofactor.OperatePrepare, twofactor.OperateCreateKey} {
		if !slices.Contains(done, do) {
			t.Errorf("no call is documented that does %s", do)
		}
	}
}

// recounts hears of recounts alone.
type recounts struct {
	stream.Notifier
	tenants []string
}

func (r *recounts) Recount(_ context.Context, tenant string) (twofactor.RecountAnswer, error) {
	r.tenants = append(r.tenants, tenant)
	return twofactor.RecountAnswer{}, nil
}

func TestTheDocumentedRecountIsUnderstood(t *testing.T) {
	heard := &recounts{}
	notify := stream.New(heard, nil, slog.New(slog.DiscardHandler))
	for _, payload := range documented(t, "notify") {
		if json.Valid([]byte(payload)) {
			if _, err := notify.Invoke(t.Context(), json.RawMessage(payload)); err != nil {
				t.Errorf("%s: %v", payload, err)
			}
		}
	}
	if !slices.Equal(heard.tenants, []string{"TENANT"}) {
		t.Errorf("recounted: %v", heard.tenants)
	}
}

// What SAM makes of a function's events has the names of both.
func TestWhatTheRunbookNamesIsInTheTemplate(t *testing.T) {
	m := readTemplate(t)
	known := map[string]bool{}
	for name, r := range m.Resources {
		known[name] = true
		events, _ := r.Properties["Events"].(node)
		for event := range events {
			known[name+event] = true
		}
	}
	names := documented(t, `\$\(name`)
	if len(names) < 6 {
		t.Errorf("only %v are named", names)
	}
	for _, name := range names {
		if !strings.HasPrefix(name, "$") && !known[name] {
			t.Errorf("the template makes no %s", name)
		}
	}
	for _, function := range documented(t, `lines`) {
		if function == title(function) && m.Resources[function+"Logs"].Type != "AWS::Logs::LogGroup" {
			t.Errorf("there is no log group %sLogs", function)
		}
	}
	for _, output := range documented(t, `\$\(out`) {
		if m.Outputs[output] == nil {
			t.Errorf("the stack gives no %s", output)
		}
	}
}
