package stack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"sallyport/local/clock"
	"sallyport/local/gateway"
	"sallyport/local/state"
	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

// Stack is a Sallyport that runs.
type Stack struct {
	// URL is the address of the API, InboxURL that of the inbox.
	URL, InboxURL string
	// APIKey has all scopes and all tenants.
	APIKey twofactor.Secret
	// Clock is the stack's clock.
	Clock *clock.Clock

	options Options
	state   *state.Dir
	log     *slog.Logger
	store   twofactor.Store
	// front is the same store, as the functions behind the gateway see it: it
	// may be metered.
	front   twofactor.Store
	keeper  *seal.Keeper
	deps    twofactor.Deps
	notify  *twofactor.Notify
	operate *twofactor.Operate

	// closers are run in turn, the last one first.
	closers []func()
	once    sync.Once
}

// Start runs a stack. When it returns, requests are answered. Its errors are
// one clear line each. The stack runs until Close.
func Start(ctx context.Context, o Options) (*Stack, error) {
	s := &Stack{options: o, log: slog.New(slog.NewJSONHandler(o.Log, nil))}
	if err := s.start(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Stack) start(ctx context.Context) (err error) {
	if s.state, err = state.Open(s.options.State); err != nil {
		return err
	}
	s.onClose(func() { _ = s.state.Close() })
	if s.Clock, err = clock.Open(s.state.Path("clock")); err != nil {
		return err
	}
	template, err := gateway.ReadTemplate(filepath.Join(s.options.Root, "template.yaml"))
	if err != nil {
		return err
	}
	// The doors are taken before anything slow begins, so that a taken port
	// is told at once.
	door, err := listen(s.options.Port, "PORT")
	if err != nil {
		return err
	}
	s.onClose(func() { _ = door.Close() })
	s.URL = "http://" + door.Addr().String()
	sender, source, err := s.openParts(ctx, template)
	if err != nil {
		return err
	}
	if err := s.openKeys(ctx); err != nil {
		return err
	}
	s.notify = twofactor.NewNotify(s.deps, sender)
	handler, err := s.gateway(template)
	if err != nil {
		return err
	}
	s.serve(door, handler)
	s.background(source)
	return s.writeEnv()
}

// openKeys makes the keys that are missing: root keys, signing keys, and the
// API key that the file env names.
func (s *Stack) openKeys(ctx context.Context) error {
	root, err := seal.NewFileRoot(s.state.Path("root-key"), noEnvironment)
	if err != nil {
		return err
	}
	s.keeper = seal.New(seal.Options{
		Loader: s.store, Root: root, Now: s.Clock.Now, Issuer: s.URL,
		Report: func(purpose twofactor.RootPurpose, err error) {
			s.log.Warn("a root key could not be renewed", "purpose", purpose, "error", err)
		},
	})
	s.deps = twofactor.Deps{
		Store: s.store, Vault: s.keeper, MailVault: s.keeper, Tokens: s.keeper, Signer: s.keeper,
		Assertions: s.keeper, Now: s.Clock.Now, Random: rand.Reader, Issuer: s.URL,
	}
	s.operate = twofactor.NewOperate(s.deps, s.keeper)
	if err := s.prepare(ctx); err != nil {
		return fmt.Errorf("the keys could not be made: %w", err)
	}
	if _, err := s.keeper.Ready(ctx); err != nil {
		return fmt.Errorf("the store was filled with another root key than %s; take an empty store, or the key that belongs to it", s.state.Path("root-key"))
	}
	return s.openAPIKey(ctx)
}

// noEnvironment keeps the variables of Lambda and SAM out: this is neither.
func noEnvironment(string) string { return "" }

// prepare does what the operator's function does every hour.
func (s *Stack) prepare(ctx context.Context) error {
	_, err := s.operate.Run(ctx, twofactor.OperateInput{Do: twofactor.OperatePrepare})
	return err
}

// openAPIKey takes the API key of the last run, or makes one.
func (s *Stack) openAPIKey(ctx context.Context) error {
	name := "api-key-" + s.options.Store
	text, err := s.state.Read(name)
	if err != nil {
		return err
	}
	if text != "" {
		_, err := twofactor.NewKeys(s.deps).Authenticate(ctx, twofactor.Secret(text))
		if err == nil {
			s.APIKey = twofactor.Secret(text)
			return nil
		}
		if twofactor.CodeOf(err) != twofactor.CodeUnauthenticated {
			return err
		}
	}
	answer, err := s.operate.Run(ctx, twofactor.OperateInput{
		Do: twofactor.OperateCreateKey, Name: "development stack", Audience: "demo-dashboard",
		Scopes:  []twofactor.Scope{twofactor.ScopeLogin, twofactor.ScopeUsers, twofactor.ScopeAdmin, twofactor.ScopeKeys},
		Tenants: []string{"*"},
	})
	if err != nil {
		return err
	}
	s.APIKey = answer.Key
	return s.state.Write(name, answer.Key.Reveal()+"\n")
}

// writeEnv tells other programs where the stack is (contract §8).
func (s *Stack) writeEnv() error {
	pairs := []string{"SALLYPORT_URL", s.URL, "SALLYPORT_API_KEY", s.APIKey.Reveal(), "INBOX_URL", s.InboxURL}
	if s.options.Store == StoreDynamoDB {
		pairs = append(pairs, "DYNAMODB_URL", s.options.DynamoDB, "TABLE_NAME", s.options.table())
	}
	return s.state.WriteEnv(pairs...)
}

// listen takes a port on this machine; variable is the setting that changes
// it.
func listen(port int, variable string) (net.Listener, error) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d on 127.0.0.1 is taken; choose another one with %s=<port>", port, variable)
	}
	return listener, err
}

// stopLimit is how long requests that are on their way may take at the end.
const stopLimit = 5 * time.Second

// serve answers HTTP on a listener until Close.
func (s *Stack) serve(listener net.Listener, handler http.Handler) {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("the server ended", "error", err)
		}
	}()
	s.onClose(func() {
		ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			_ = server.Close()
		}
		<-done
	})
}

// onClose adds something to undo at the end.
func (s *Stack) onClose(undo func()) { s.closers = append(s.closers, undo) }

// Close stops everything that Start started, in the opposite order.
func (s *Stack) Close() {
	s.once.Do(func() {
		for i := len(s.closers) - 1; i >= 0; i-- {
			s.closers[i]()
		}
	})
}
