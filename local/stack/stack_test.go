package stack_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sallyport/local/api"
	"sallyport/local/demo"
	"sallyport/local/stack"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

// options is an embedded stack on free ports with a state folder.
func options(state string) stack.Options {
	return stack.Options{Root: "../..", State: state, Store: stack.StoreMemory, Log: io.Discard}
}

// start starts a stack that the test closes itself.
func start(t *testing.T, o stack.Options) *stack.Stack {
	t.Helper()
	s, err := stack.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestARestartKeepsTheKeyTheTenantsTheFactorsAndTheTime(t *testing.T) {
	state := t.TempDir()
	first := start(t, options(state))
	platform := api.Client{URL: first.URL, Bearer: first.APIKey.Reveal()}
	if _, err := demo.Load(t.Context(), platform); err != nil {
		t.Fatal(err)
	}
	if err := first.Clock.Advance(26 * time.Hour); err != nil {
		t.Fatal(err)
	}
	ahead := first.Clock.Now()
	first.Close()

	second := start(t, options(state))
	if second.APIKey != first.APIKey {
		t.Error("the API key is another one")
	}
	if second.Clock.Now().Before(ahead) {
		t.Error("the clock went back")
	}
	platform = api.Client{URL: second.URL, Bearer: second.APIKey.Reveal()}
	owner, err := platform.Must(t.Context(), "GET", "/v1/tenants/demo-mssp/users/owner", nil)
	if err != nil || owner.Text("state") != "active" {
		t.Errorf("the owner's factor is %q, %v", owner.Text("state"), err)
	}
	again, err := demo.Load(t.Context(), platform)
	if err != nil {
		t.Fatal(err)
	}
	for _, tenant := range again {
		if tenant.OwnerKey != "" {
			t.Errorf("%s was made a second time", tenant.ID)
		}
	}
}

func TestWhatKeepsAStackFromStartingIsOneLineThatNamesIt(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	running := t.TempDir()
	start(t, options(running))
	for name, test := range map[string]struct {
		prepare func(o *stack.Options)
		says    string
	}{
		"a taken port":       {func(o *stack.Options) { o.Port = taken.Addr().(*net.TCPAddr).Port }, "PORT="},
		"a taken inbox port": {func(o *stack.Options) { o.InboxPort = taken.Addr().(*net.TCPAddr).Port }, "INBOX_PORT="},
		"a second stack":     {func(o *stack.Options) { o.State = running }, "another stack"},
		"a broken store":     {func(o *stack.Options) { write(t, o.State, "store", "garbage\n") }, "store"},
		"a broken root key":  {func(o *stack.Options) { write(t, o.State, "root-key", "garbage\n") }, "root-key"},
		"a broken clock":     {func(o *stack.Options) { write(t, o.State, "clock", "garbage\n") }, "clock"},
		"a broken inbox":     {func(o *stack.Options) { write(t, o.State, "inbox", "garbage\n") }, "inbox"},
		"no template":        {func(o *stack.Options) { o.Root = t.TempDir() }, "template.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t.TempDir())
			test.prepare(&o)
			s, err := stack.Start(t.Context(), o)
			if err == nil {
				s.Close()
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("it says %q", err)
			}
		})
	}
}

func TestAStoreFilledWithAnotherRootKeyIsRefused(t *testing.T) {
	state := t.TempDir()
	start(t, options(state)).Close()
	if err := os.Remove(filepath.Join(state, "root-key")); err != nil {
		t.Fatal(err)
	}
	if s, err := stack.Start(t.Context(), options(state)); err == nil {
		s.Close()
		t.Error("it started, and could open nothing")
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
