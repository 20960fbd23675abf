package httpapi

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/go-json-experiment/json"

	"sallyport/shared/twofactor"
)

// noon is the time on every bench.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

const (
	apiKey      = "sallyport_sk_good"
	personToken = "login-token-good"
)

// bench is the door with fakes behind it. A fake that a test does not set
// panics when it is called, which the door answers with 503: so every other
// status also says that the use case was not reached.
type bench struct {
	t    *testing.T
	deps Deps
	log  *bytes.Buffer
	f    func(Deps) Handler
	// credentials are the tokens that were shown to a door.
	credentials []string
	// failing is what both doors answer when it is set.
	failing error
}

func newBench(t *testing.T, f func(Deps) Handler) *bench {
	b := &bench{t: t, log: &bytes.Buffer{}, f: f}
	b.deps = Deps{
		Now:       func() time.Time { return noon },
		Log:       slog.New(slog.NewJSONHandler(b.log, nil)),
		Issuer:    "https://two.example",
		Platforms: platformDoor{b},
		People:    personDoor{b},
		JWKS:      func(context.Context) ([]byte, error) { return []byte(`{"keys":[]}`), nil },
		OpenAPI:   OpenAPI,
		Pages: func(path string) ([]byte, map[string]string, bool) {
			return []byte("page " + path), map[string]string{"Content-Type": "text/html", "Content-Security-Policy": "its own"}, true
		},
	}
	return b
}

type platformDoor struct{ *bench }

func (b platformDoor) Authenticate(_ context.Context, bearer twofactor.Secret) (*twofactor.APIKey, error) {
	b.credentials = append(b.credentials, bearer.Reveal())
	if b.failing != nil {
		return nil, b.failing
	}
	if bearer.Reveal() != apiKey {
		return nil, &twofactor.Error{Code: twofactor.CodeUnauthenticated, Detail: "no"}
	}
	return &twofactor.APIKey{ID: "key1"}, nil
}

type personDoor struct{ *bench }

func (b personDoor) Authenticate(_ context.Context, bearer twofactor.Secret) (*twofactor.Token, error) {
	b.credentials = append(b.credentials, bearer.Reveal())
	switch bearer.Reveal() {
	case personToken:
		return &twofactor.Token{Kind: twofactor.TokenLogin, Ref: twofactor.Ref{Tenant: "acme", User: "ann"}}, nil
	case "login-token-old":
		return nil, &twofactor.Error{Code: twofactor.CodeTokenExpired, Detail: "old"}
	}
	return nil, &twofactor.Error{Code: twofactor.CodeUnauthenticated, Detail: "no"}
}

// call is one request; line is "POST /path?query".
type call struct {
	line    string
	body    string
	headers map[string]string
	base64  bool
}

// reply is an answer with its body taken apart.
type reply struct {
	events.APIGatewayV2HTTPResponse
	member map[string]any
}

func (b *bench) send(c call) reply {
	b.t.Helper()
	method, target, _ := strings.Cut(c.line, " ")
	path, query, _ := strings.Cut(target, "?")
	e := events.APIGatewayV2HTTPRequest{RawPath: path, RawQueryString: query, Headers: c.headers, Body: c.body, IsBase64Encoded: c.base64}
	e.RequestContext.HTTP.Method = method
	e.RequestContext.HTTP.SourceIP = "192.0.2.7"
	ctx := lambdacontext.NewContext(b.t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
	response, err := b.f(b.deps)(ctx, e)
	if err != nil {
		b.t.Fatalf("%s: the handler failed: %v", c.line, err)
	}
	r := reply{APIGatewayV2HTTPResponse: response}
	if media := response.Headers["Content-Type"]; media == mediaJSON || media == mediaProblem {
		if err := json.Unmarshal([]byte(response.Body), &r.member); err != nil {
			b.t.Fatalf("%s: the body is no JSON object: %v: %s", c.line, err, response.Body)
		}
	}
	return r
}

// platform and person send JSON with a credential that is good.
func (b *bench) platform(line, body string, more ...string) reply {
	b.t.Helper()
	return b.send(call{line: line, body: body, headers: with(apiKey, more)})
}

func (b *bench) person(line, body string, more ...string) reply {
	b.t.Helper()
	return b.send(call{line: line, body: body, headers: with(personToken, more)})
}

func with(bearer string, more []string) map[string]string {
	h := map[string]string{"authorization": "Bearer " + bearer, "content-type": "application/json"}
	for i := 0; i+1 < len(more); i += 2 {
		h[more[i]] = more[i+1]
	}
	return h
}

// expect demands a status and, for a refusal, its code.
func (r reply) expect(t *testing.T, about string, status int, code twofactor.Code) {
	t.Helper()
	if r.StatusCode != status || (code != "" && r.member["code"] != string(code)) {
		t.Errorf("%s: got %d %v, want %d %s; body %s", about, r.StatusCode, r.member["code"], status, code, r.Body)
	}
}

// pointer is the first thing that a refusal points at.
func (r reply) pointer() any {
	all, _ := r.member["errors"].([]any)
	if len(all) == 0 {
		return nil
	}
	first, _ := all[0].(map[string]any)
	return first["pointer"]
}

// The fakes: each embeds the interface, so that a call that a test did not
// expect panics.
type (
	fakeVerify struct {
		VerifyCalls
		login  func(twofactor.Caller, string, twofactor.LoginInput) (twofactor.LoginAnswer, error)
		code   func(twofactor.Caller, twofactor.CodeInput) (twofactor.VerifyAnswer, error)
		redeem func(twofactor.RedeemInput) (twofactor.RedeemAnswer, error)
	}
	fakePolicies struct {
		PolicyCalls
		put func(twofactor.PolicyInput) (twofactor.PolicyVersion, error)
	}
	fakeResets struct {
		ResetCalls
		reset func(twofactor.Caller, twofactor.Ref, twofactor.ResetInput) (twofactor.UserView, error)
	}
	fakeKeys struct {
		KeyCalls
		create func(twofactor.Caller) (*twofactor.APIKey, twofactor.Secret, error)
		list   func(limit int, cursor string) ([]*twofactor.APIKey, string, error)
	}
	fakeUsers struct {
		UserCalls
		get     func(twofactor.Caller, twofactor.Ref) (twofactor.UserView, error)
		put     func(string, twofactor.UserInput) (twofactor.UserView, bool, error)
		putMany func(twofactor.Caller, []twofactor.UserInput) ([]twofactor.ItemResult, error)
	}
)

func (f fakeVerify) Login(_ context.Context, c twofactor.Caller, tenant string, in twofactor.LoginInput) (twofactor.LoginAnswer, error) {
	return f.login(c, tenant, in)
}

func (f fakeVerify) Code(_ context.Context, c twofactor.Caller, in twofactor.CodeInput) (twofactor.VerifyAnswer, error) {
	return f.code(c, in)
}

func (f fakeVerify) Redeem(_ context.Context, _ twofactor.Caller, _ string, in twofactor.RedeemInput) (twofactor.RedeemAnswer, error) {
	return f.redeem(in)
}

func (f fakePolicies) Put(_ context.Context, _ twofactor.Caller, _ string, in twofactor.PolicyInput) (twofactor.PolicyVersion, error) {
	return f.put(in)
}

func (f fakeResets) Reset(_ context.Context, c twofactor.Caller, ref twofactor.Ref, in twofactor.ResetInput) (twofactor.UserView, error) {
	return f.reset(c, ref, in)
}

func (f fakeKeys) Create(_ context.Context, c twofactor.Caller, _ twofactor.KeyInput) (*twofactor.APIKey, twofactor.Secret, error) {
	return f.create(c)
}

func (f fakeKeys) List(_ context.Context, _ twofactor.Caller, limit int, cursor string) ([]*twofactor.APIKey, string, error) {
	return f.list(limit, cursor)
}

func (f fakeUsers) Get(_ context.Context, c twofactor.Caller, ref twofactor.Ref) (twofactor.UserView, error) {
	return f.get(c, ref)
}

func (f fakeUsers) Put(_ context.Context, _ twofactor.Caller, tenant string, in twofactor.UserInput) (twofactor.UserView, bool, error) {
	return f.put(tenant, in)
}

func (f fakeUsers) PutMany(_ context.Context, c twofactor.Caller, _ string, in []twofactor.UserInput) ([]twofactor.ItemResult, error) {
	return f.putMany(c, in)
}

// approving makes a bench of the verify function that approves every code and
// remembers what it was asked.
func approving(t *testing.T) (*bench, *[]twofactor.CodeInput) {
	b := newBench(t, Verify)
	var asked []twofactor.CodeInput
	b.deps.Verify = fakeVerify{code: func(_ twofactor.Caller, in twofactor.CodeInput) (twofactor.VerifyAnswer, error) {
		asked = append(asked, in)
		return twofactor.VerifyAnswer{Result: "approved", Assertion: "signed", ExpiresAt: noon.Add(2 * time.Minute), BackupCodesLeft: 9}, nil
	}}
	return b, &asked
}

var errBroken = errors.New("dynamodb: arn:aws:dynamodb:eu-central-1:123456789012:table/sallyport said no")
