package main

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"sallyport/local/parts"
)

// samCLI is where local/sam/run puts the SAM CLI.
const samCLI = "local/.tools/sam/bin/sam"

// region is any region: nothing here reaches AWS.
const region = "eu-central-1"

// cli prepares a call of the SAM CLI. Its environment is cleaned of what would
// win over the settings in envFile: the shell's variables beat that file.
func cli(ctx context.Context, envFile string, args ...string) *exec.Cmd {
	args = append(args, "--config-env", "local", "--env-vars", envFile, "--skip-pull-image")
	cmd := exec.CommandContext(ctx, samCLI, args...)
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "AWS_") {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	cmd.Env = append(cmd.Env, "SAM_CLI_TELEMETRY=0", "AWS_REGION="+region, "AWS_DEFAULT_REGION="+region,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local")
	return cmd
}

// startServer runs "sam local start-api" or "start-lambda".
func startServer(ctx context.Context, what, envFile, log string, port int) (*parts.Process, error) {
	// Not bound to ctx: Stop ends it, so that it removes its containers.
	cmd := cli(context.WithoutCancel(ctx), envFile, "local", what, "--host", "127.0.0.1",
		"--port", strconv.Itoa(port), "--warm-containers", "LAZY")
	return parts.Run(ctx, "sam local "+what, "http://127.0.0.1:"+strconv.Itoa(port), log, cmd)
}

// client waits longer than any function may take, a cold container included.
var client = &http.Client{Timeout: 90 * time.Second}

// removeContainers removes what a SAM CLI that had to be killed left behind: the
// containers that have this checkout's build mounted.
func removeContainers() {
	build, err := filepath.Abs(".aws-sam/build")
	if err != nil {
		return
	}
	entries, err := os.ReadDir(build)
	if err != nil {
		return
	}
	for _, entry := range entries {
		out, err := exec.Command("docker", "ps", "-aq", "--filter", "volume="+filepath.Join(build, entry.Name())).Output()
		if ids := strings.Fields(string(out)); err == nil && len(ids) > 0 {
			_ = exec.Command("docker", append([]string{"rm", "-f"}, ids...)...).Run()
		}
	}
}
