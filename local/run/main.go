// Command run starts the development stack: "make run". Settings come from
// the environment:
//
//	PORT        port of the API on 127.0.0.1 (3000)
//	INBOX_PORT  port of the inbox on 127.0.0.1 (3001)
//	STORE       memory (embedded, needs only Go) or dynamodb (DynamoDB Local
//	            and aws-ses-v2-local, need Java, Maven and Node)
//	STATE       folder for what survives a restart (local/.state)
//
// and for STORE=dynamodb also TABLE_NAME, AWS_ENDPOINT_URL_DYNAMODB and
// AWS_ENDPOINT_URL_SESV2, which name parts that run already.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"

	"sallyport/local/api"
	"sallyport/local/demo"
	"sallyport/local/stack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	err := run(ctx)
	if setting := (*settingError)(nil); errors.As(err, &setting) {
		fmt.Fprintln(os.Stderr, "sallyport:", err)
		os.Exit(2)
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "sallyport:", err)
		os.Exit(1)
	}
}

// run starts the stack, says where it is, and waits for a signal.
func run(ctx context.Context) error {
	o, err := options()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.State, 0o700); err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(o.State, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	o.Log = log
	fmt.Println("Sallyport is starting ...")
	s, err := stack.Start(ctx, o)
	if err != nil {
		return err
	}
	defer s.Close()
	tenants, err := demo.Load(ctx, api.Client{URL: s.URL, Bearer: s.APIKey.Reveal()})
	if err != nil {
		return err
	}
	if err := keepOwnerKeys(filepath.Join(o.State, "demo"), tenants); err != nil {
		return err
	}
	show(s, o)
	<-ctx.Done()
	fmt.Println("Sallyport is stopping ...")
	return nil
}

// show prints where everything is. The key is printed on purpose: it opens
// nothing but this stack.
func show(s *stack.Stack, o stack.Options) {
	fmt.Printf(`
  API      %s
  Inbox    %s
  API key  %s

  Demo tenants: demo-rmm-dashboard, demo-remote-management-service, demo-msp-reseller,
  demo-client-portal, demo-mssp; their owners' authenticator keys are in %s.
  For a shell:  . %s
  Requests are logged in %s. Stop with Ctrl-C; "make clean" forgets everything.
`, s.URL, s.InboxURL, s.APIKey.Reveal(), filepath.Join(o.State, "demo"), filepath.Join(o.State, "env"), filepath.Join(o.State, "log"))
}

// settingError says that a setting has no value that can be used.
type settingError struct{ text string }

func (e *settingError) Error() string { return e.text }

// options reads the settings.
func options() (o stack.Options, err error) {
	o = stack.Options{
		Root: ".", State: setting("STATE", filepath.Join("local", ".state")), Store: setting("STORE", stack.StoreMemory),
		DynamoDB: os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), SES: os.Getenv("AWS_ENDPOINT_URL_SESV2"), Table: os.Getenv("TABLE_NAME"),
	}
	if o.Store != stack.StoreMemory && o.Store != stack.StoreDynamoDB {
		return o, &settingError{fmt.Sprintf("STORE is %q; it can be memory or dynamodb", o.Store)}
	}
	if _, err := os.Stat("template.yaml"); err != nil {
		return o, &settingError{"template.yaml is not here; start from the project's folder"}
	}
	if o.Port, err = port("PORT", "3000"); err != nil {
		return o, err
	}
	o.InboxPort, err = port("INBOX_PORT", "3001")
	return o, err
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func port(name, otherwise string) (int, error) {
	n, err := strconv.Atoi(setting(name, otherwise))
	if err != nil || n < 1 || n > 65535 {
		return 0, &settingError{name + " must be a port, 1 to 65535"}
	}
	return n, nil
}

// keepOwnerKeys adds the keys of new owners to a file that only the developer
// can read, one "<tenant> <key>" a line.
func keepOwnerKeys(path string, tenants []demo.Tenant) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		if t.OwnerKey != "" {
			_, err = fmt.Fprintln(file, t.ID, t.OwnerKey)
		}
	}
	return errors.Join(err, file.Close())
}
