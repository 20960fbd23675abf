package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"sallyport/local/api"
	"sallyport/local/parts"
)

// binary builds the command once for a test.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sallyport-local")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// command prepares a start in the project's folder, on free ports.
func command(t *testing.T, binary, state string, environment ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(binary)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "STORE=memory", "STATE="+state)
	for _, name := range []string{"PORT", "INBOX_PORT"} {
		port, err := parts.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", name, port))
	}
	cmd.Env = append(cmd.Env, environment...)
	return cmd
}

// start runs the command until it says where it is.
func start(t *testing.T, cmd *exec.Cmd, state string) api.Client {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(lines.Text(), "Stop with Ctrl-C") {
			go func() {
				for lines.Scan() {
				}
			}()
			return client(t, state)
		}
	}
	t.Fatal("it ended before it was ready")
	return api.Client{}
}

// client reads the file env, as other programs do.
func client(t *testing.T, state string) (c api.Client) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(state, "env"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		switch name, value, _ := strings.Cut(strings.TrimSpace(line), "="); name {
		case "SALLYPORT_URL":
			c.URL = value
		case "SALLYPORT_API_KEY":
			c.Bearer = value
		}
	}
	return c
}

func TestWhatWasAnsweredIsStillThereAfterAKill(t *testing.T) {
	path, state := binary(t), t.TempDir()
	cmd := command(t, path, state)
	platform := start(t, cmd, state)
	if _, err := platform.Must(t.Context(), "PUT", "/v1/tenants/kept", map[string]string{"name": "Kept"}); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	cmd = command(t, path, state)
	again := start(t, cmd, state)
	if again.Bearer != platform.Bearer {
		t.Error("the API key is another one")
	}
	if _, err := again.Must(t.Context(), "GET", "/v1/tenants/kept", nil); err != nil {
		t.Error(err)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after Ctrl-C it ended with %v, want success", err)
	}
}

func TestABadStartIsOneLineAndAnExitCode(t *testing.T) {
	path := binary(t)
	for name, test := range map[string]struct {
		environment []string
		code        int
		says        string
	}{
		"an unknown store": {[]string{"STORE=oracle"}, 2, "STORE"},
		"no port":          {[]string{"PORT=none"}, 2, "PORT"},
		"no Node":          {[]string{"STORE=dynamodb", "PATH=" + t.TempDir()}, 1, "Node 20 is missing"},
		"no Java":          {[]string{"STORE=dynamodb", "AWS_ENDPOINT_URL_SESV2=http://127.0.0.1:1", "AWS_ENDPOINT_URL_DYNAMODB=", "PATH=" + t.TempDir()}, 1, "Java 17 is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := command(t, path, t.TempDir(), append([]string{"AWS_ENDPOINT_URL_SESV2="}, test.environment...)...)
			var said strings.Builder
			cmd.Stderr = &said
			_ = cmd.Run()
			if code := cmd.ProcessState.ExitCode(); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if text := said.String(); !strings.Contains(text, test.says) || strings.Count(text, "\n") != 1 {
				t.Errorf("it said %q", text)
			}
		})
	}
}
