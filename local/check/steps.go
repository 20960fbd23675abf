package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"sallyport/local/parts"
)

// fuzzTime is how long each fuzz test runs, as a number of inputs: with a time
// the last input is sometimes cut off, and reported as a failure.
func fuzzTime() string {
	if os.Getenv("LONG") != "" {
		return "200000x"
	}
	return "8000x"
}

// samCLI is where the SAM CLI is put; see local/sam/run.
const samCLI = "local/.tools/sam/bin/sam"

// realParts are DynamoDB Local and the local SES, started once for all tests.
type realParts struct {
	dynamoDB, ses *parts.Process
	dir           string
}

// startParts starts the real parts, or notes what is missing for them.
func startParts(ctx context.Context, r *report) *realParts {
	p := &realParts{}
	fail := func(err error) *realParts {
		p.stop()
		r.skip("DynamoDB Local and the local SES", err.Error())
		return &realParts{}
	}
	var err error
	if p.dir, err = os.MkdirTemp("", "sallyport-check-"); err != nil {
		return fail(err)
	}
	if p.dynamoDB, err = (parts.DynamoDB{Local: "local", Log: filepath.Join(p.dir, "dynamodb.log")}).Start(ctx); err != nil {
		return fail(err)
	}
	if p.ses, err = (parts.SES{Local: "local", Log: filepath.Join(p.dir, "ses.log")}).Start(ctx); err != nil {
		return fail(err)
	}
	return p
}

// environment names the parts as the SDK and the tests look for them; empty
// when they do not run.
func (p *realParts) environment() []string {
	if p.ses == nil {
		return nil
	}
	return []string{
		"AWS_ENDPOINT_URL_DYNAMODB=" + p.dynamoDB.URL,
		"AWS_ENDPOINT_URL_DYNAMODB_STREAMS=" + p.dynamoDB.URL,
		"AWS_ENDPOINT_URL_SESV2=" + p.ses.URL,
		"AWS_EC2_METADATA_DISABLED=true",
	}
}

// stop ends what was started.
func (p *realParts) stop() {
	for _, process := range []*parts.Process{p.ses, p.dynamoDB} {
		if process != nil {
			process.Stop()
		}
	}
	if p.dir != "" {
		_ = os.RemoveAll(p.dir)
	}
}

// race runs the race detector: the packages with the real parts, the
// acceptance stories on the embedded ones, where everything is one process.
func (r *report) race(ctx context.Context, p *realParts) {
	if _, err := exec.LookPath("gcc"); err != nil {
		r.skip("the race detector", "apt-get install gcc libc6-dev")
		return
	}
	r.goTest(ctx, "race detector", append(p.environment(), "CGO_ENABLED=1"), "-race", "-short", "./shared/...")
	r.goTest(ctx, "stories on the embedded store, race detector", []string{"CGO_ENABLED=1"}, "-race", "./local/acceptance/...", "./local/feed/...")
}

// fuzz runs each fuzz test for a few seconds.
func (r *report) fuzz(ctx context.Context) {
	list := exec.CommandContext(ctx, "go", "test", "-list", "^Fuzz", "./...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		// What builds is still tried.
		r.result("list of fuzz tests", err)
	}
	var names []string
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "Fuzz"):
			names = append(names, line)
		case strings.HasPrefix(line, "ok"):
			for _, name := range names {
				pkg := strings.Fields(line)[1]
				r.command(ctx, "fuzz "+name, nil, "go", "test", "-run=^$", "-fuzz=^"+name+"$", "-fuzztime="+fuzzTime(), pkg)
			}
			names = nil
		}
	}
}

// template lets SAM and cfn-lint judge the template.
func (r *report) template(ctx context.Context) {
	if _, err := os.Stat(samCLI); err != nil {
		r.skip("template checks", "make sam fetches the SAM CLI")
		return
	}
	r.command(ctx, "template", []string{"SAM_CLI_TELEMETRY=0"}, samCLI, "validate", "--lint", "--region", "eu-central-1")
}

// sam tells the story of events/ through the SAM CLI.
func (r *report) sam(ctx context.Context) {
	for _, need := range []struct{ command, get string }{{"docker", "apt-get install docker.io"}, {"python3", "apt-get install python3-venv"}} {
		if _, err := exec.LookPath(need.command); err != nil {
			r.skip("SAM CLI", need.get)
			return
		}
	}
	r.command(ctx, "SAM CLI", nil, "local/sam/smoke")
}

// command runs one command and shows what it said when it fails.
func (r *report) command(ctx context.Context, name string, environment []string, command string, args ...string) {
	cmd := exec.CommandContext(ctx, command, args...)
	cmd.Env = append(os.Environ(), environment...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		fmt.Printf("%s\n", out)
	}
	r.result(name, err)
}
