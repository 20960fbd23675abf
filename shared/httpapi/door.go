package httpapi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"sallyport/shared/twofactor"
)

// Handler answers one event of the API Gateway (HTTP API, payload 2.0). The
// error is always nil: whatever goes wrong is an answer.
type Handler func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

// Verify answers the routes of the verify function. Like every handler it
// answers its own routes only: every other path is not_found there, and a
// method that a path does not have is method_not_allowed.
func Verify(d Deps) Handler { return open(FunctionVerify, d) }

// Enroll answers the routes of the enroll function.
func Enroll(d Deps) Handler { return open(FunctionEnroll, d) }

// Policy answers the routes of the policy function.
func Policy(d Deps) Handler { return open(FunctionPolicy, d) }

// Reset answers the routes of the reset function.
func Reset(d Deps) Handler { return open(FunctionReset, d) }

// Directory answers the routes of the directory function.
func Directory(d Deps) Handler { return open(FunctionDirectory, d) }

// Pages answers what anyone may read. It stands behind the gateway's default
// route too: unknown paths, wrong methods and the questions of browsers.
func Pages(d Deps) Handler { return open(FunctionPages, d) }

// exchange is one request on its way through the door.
type exchange struct {
	event     events.APIGatewayV2HTTPRequest
	function  Function
	requestID string
	headers   headers
	started   time.Time
	cold      bool
	found
	// tenant is whom the call is for, as far as it is known.
	tenant string

	// refusal and cause are set when the answer is a refusal: what the client
	// sees, and what was behind it.
	refusal *twofactor.Error
	cause   error
}

func open(f Function, d Deps) Handler {
	var warm atomic.Bool
	return func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		x := &exchange{event: e, function: f, headers: headersOf(e.Headers), started: d.Now(), cold: !warm.Swap(true)}
		x.requestID = requestID(ctx, x.started)
		x.found = match(e.RequestContext.HTTP.Method, path(e))
		x.tenant = x.values["tenant"]
		response := respond(d, x, serve(ctx, d, x))
		logRequest(ctx, d, x, response.StatusCode)
		return response, nil
	}
}

// serve answers x. A refusal becomes an answer here, and so does a panic: it
// is never a yes.
func serve(ctx context.Context, d Deps, x *exchange) (a answer) {
	defer func() {
		if broken := recover(); broken != nil {
			a = refuse(d, x, panicked{place(broken)})
		}
	}()
	a, err := dispatch(ctx, d, x)
	if err != nil {
		return refuse(d, x, err)
	}
	return a
}

func dispatch(ctx context.Context, d Deps, x *exchange) (answer, error) {
	switch {
	case x.event.RequestContext.HTTP.Method == http.MethodOptions && len(x.cors) > 0:
		return preflight(x), nil
	case x.route == nil && len(x.allowed) > 0:
		return answer{}, &twofactor.Error{Code: twofactor.CodeMethodNotAllowed, Detail: "The header Allow names the methods that this path has."}
	case x.route == nil || x.route.Function != x.function:
		return answer{}, &twofactor.Error{Code: twofactor.CodeNotFound, Detail: "This path is not part of the API."}
	}
	return x.route.serve(ctx, d, x)
}

// place says where a panic came from: the type of its value and the innermost
// functions, without the arguments.
func place(broken any) string {
	text := fmt.Sprintf("%T", broken)
	pcs := make([]uintptr, 8)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)])
	for {
		frame, more := frames.Next()
		text += fmt.Sprintf(" %s:%d", frame.Function, frame.Line)
		if !more {
			return text
		}
	}
}

// refuse makes the answer to a refused request. An answer that was given
// before under the same Idempotency-Key comes in as an error too.
func refuse(d Deps, x *exchange, err error) answer {
	var replayed *twofactor.Replayed
	if errors.As(err, &replayed) {
		a := answer{status: replayed.Status, headers: map[string]string{"Idempotent-Replayed": "true"}}
		if len(replayed.Body) > 0 {
			a.raw, a.media = replayed.Body, mediaJSON
		}
		return a
	}
	now := d.Now()
	x.refusal, x.cause = refusalOf(err, now), err
	a := answer{status: meanings[x.refusal.Code].status, body: problemOf(x.refusal, d.Issuer, x.requestID), media: mediaProblem, headers: map[string]string{}}
	switch a.status {
	case http.StatusUnauthorized:
		a.headers["WWW-Authenticate"] = "Bearer"
	case http.StatusMethodNotAllowed:
		a.headers["Allow"] = strings.Join(allowed(x), ", ")
	}
	if !x.refusal.RetryAt.IsZero() {
		a.headers["Retry-After"] = retryAfter(x.refusal.RetryAt, now)
	}
	return a
}

// allowed lists the methods of the path, OPTIONS with them where a browser
// may ask first.
func allowed(x *exchange) []string {
	if len(x.cors) == 0 {
		return x.allowed
	}
	return sorted(append(slices.Clone(x.allowed), http.MethodOptions))
}

// path is the path as it was sent, without the name of a stage.
func path(e events.APIGatewayV2HTTPRequest) string {
	stage := e.RequestContext.Stage
	if stage == "" || stage == "$default" {
		return e.RawPath
	}
	if rest, ok := strings.CutPrefix(e.RawPath, "/"+stage+"/"); ok {
		return "/" + rest
	}
	return e.RawPath
}

// requestID is Lambda's own id of this invocation: the gateway's is not
// unique under every local tool.
func requestID(ctx context.Context, now time.Time) string {
	if l, ok := lambdacontext.FromContext(ctx); ok && visible(l.AwsRequestID) {
		return l.AwsRequestID
	}
	id, err := twofactor.NewID(now, rand.Reader)
	if err != nil {
		return "unknown"
	}
	return id
}
