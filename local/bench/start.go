package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

const (
	startAim  = 1.5
	startRuns = 15
)

// benchStart compares the time from process start to first answer of the
// function verify with that of a hello-world function, both under a runtime
// API on this machine: a call that it refuses without asking the table, and a
// login that it decides with four reads.
func benchStart(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "sallyport-start-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	p, err := newPerson(ctx)
	if err != nil {
		return err
	}
	database := httptest.NewServer(p.table)
	defer database.Close()
	for _, name := range []string{"./functions/verify", "./local/bench/hello"} {
		if err := build(ctx, folder, name); err != nil {
			return err
		}
	}
	set := environment()
	set["AWS_ENDPOINT_URL_DYNAMODB"] = database.URL
	starts := []*start{
		{name: "hello world", binary: "hello", event: event("GET", "/", "", ""), want: "hello"},
		{name: "verify, refusing a call", binary: "verify", event: event("POST", "/v1/verify", "none", "{}"), want: "unauthenticated"},
		{name: "verify, deciding a login", binary: "verify", event: event("POST", "/v1/tenants/"+tenantID+"/logins", p.apiKey, loginBody), want: "decision"},
	}
	for range startRuns {
		for _, s := range starts {
			took, err := firstAnswer(ctx, filepath.Join(folder, s.binary), set, s.event, s.want)
			if err != nil {
				return err
			}
			s.took = append(s.took, took)
		}
	}
	fmt.Printf("\n%-34s %12s %12s\n", "process start to first answer", "ms (median)", "ratio")
	for _, s := range starts {
		fmt.Printf("%-34s %12.1f %12.2f\n", s.name, float64(s.median().Microseconds())/1000, float64(s.median())/float64(starts[0].median()))
	}
	fmt.Printf("%-34s %12s %12.1f\n", "aim: at most", "", startAim)
	return nil
}

// start is one thing whose start is measured.
type start struct {
	name, binary string
	event        events.APIGatewayV2HTTPRequest
	want         string
	took         []time.Duration
}

func (s *start) median() time.Duration {
	slices.Sort(s.took)
	return s.took[len(s.took)/2]
}

// build makes a binary as "make build" does.
func build(ctx context.Context, folder, pkg string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w",
		"-o", filepath.Join(folder, filepath.Base(pkg)), pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w: %s", pkg, err, out)
	}
	return nil
}

// firstAnswer starts a function under a runtime API that hands it one event,
// and says how long the answer took.
func firstAnswer(ctx context.Context, binary string, set variables, input any, want string) (time.Duration, error) {
	body, err := json.Marshal(input)
	if err != nil {
		return 0, err
	}
	answered := make(chan string, 1)
	runtime := httptest.NewServer(runtimeAPI(body, answered))
	defer runtime.Close()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Stderr = os.Stderr
	cmd.Env = append(set.list(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(runtime.URL, "http://"))
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	select {
	case answer := <-answered:
		took := time.Since(begin)
		if !strings.Contains(answer, want) {
			return 0, fmt.Errorf("%s answered %s", binary, answer)
		}
		return took, nil
	case <-time.After(10 * time.Second):
		return 0, fmt.Errorf("%s did not answer", binary)
	}
}

// runtimeAPI is Lambda's runtime interface for one event; a second request for
// work waits until the process is ended.
func runtimeAPI(event []byte, answered chan<- string) http.Handler {
	given := false
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/invocation/next") && given:
			<-r.Context().Done()
		case strings.HasSuffix(r.URL.Path, "/invocation/next"):
			given = true
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "bench")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(time.Minute).UnixMilli()))
			_, _ = w.Write(event)
		default:
			answer, _ := io.ReadAll(r.Body)
			select {
			case answered <- string(answer):
			default:
			}
			w.WriteHeader(http.StatusAccepted)
		}
	})
}
