package stack

import (
	"cmp"
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/lambda"

	"sallyport/local/clock"
	"sallyport/local/gateway"
	"sallyport/shared/boot"
	"sallyport/shared/twofactor"
)

// tenantRate is higher than a deployed instance's: here one process is all
// instances there are, and tests send thousands of calls for one tenant.
const tenantRate = 1000

// gateway makes the gateway, with the clock before it.
func (s *Stack) gateway(template *gateway.Template) (http.Handler, error) {
	routes, err := gateway.New(template, s.functions())
	if err != nil {
		return nil, err
	}
	moved := s.Clock.Handler(s.URL, s.tick)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// No ServeMux: it would tidy up paths that an HTTP API keeps apart.
		if r.URL.EscapedPath() == clock.Path {
			moved.ServeHTTP(w, r)
			return
		}
		routes.ServeHTTP(w, r)
	}), nil
}

// functions makes the handlers behind the gateway, each with the means that
// its builder in package boot gives it, and no more.
func (s *Stack) functions() map[string]lambda.Handler {
	parts := func(give func(d *twofactor.Deps)) boot.Parts {
		d := twofactor.Deps{Store: s.front, Now: s.Clock.Now, Random: s.deps.Random, Issuer: s.URL}
		give(&d)
		return boot.Parts{Deps: d, Log: s.log, TenantRate: cmp.Or(s.options.TenantRate, tenantRate)}
	}
	signs := func(d *twofactor.Deps) {
		d.Vault, d.Tokens, d.Signer, d.Assertions = s.keeper, s.keeper, s.keeper, s.keeper
	}
	mails := func(d *twofactor.Deps) { signs(d); d.MailVault = s.keeper }
	reads := func(d *twofactor.Deps) { d.Assertions = s.keeper }
	lists := func(d *twofactor.Deps) { d.Assertions, d.Tokens = s.keeper, s.keeper }
	return map[string]lambda.Handler{
		"verify":    isolated{parts(signs).Verify()},
		"enroll":    isolated{parts(mails).Enroll()},
		"policy":    isolated{parts(reads).Policy()},
		"reset":     isolated{parts(lists).Reset()},
		"directory": isolated{parts(lists).Directory()},
		"pages":     isolated{parts(func(*twofactor.Deps) {}).Pages()},
	}
}

// isolated makes a handler of its own for each call. A function's process
// answers one call at a time and uses its buffers again; here many calls run
// in one process.
type isolated struct{ handler any }

// Invoke implements lambda.Handler.
func (i isolated) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return lambda.NewHandler(i.handler).Invoke(ctx, payload)
}
