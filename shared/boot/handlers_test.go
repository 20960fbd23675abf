package boot

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/shared/httpapi"
)

// builders are the functions with an HTTP side.
var builders = map[string]func() (httpapi.Handler, error){
	"verify": Verify, "enroll": Enroll, "policy": Policy, "reset": Reset, "directory": Directory, "pages": Pages,
}

// deployed sets the environment of a deployed function.
func deployed(t *testing.T) {
	t.Helper()
	for name, value := range whole() {
		t.Setenv(name, value)
	}
	t.Setenv("SECRETS_KEY_ARN", "arn:secrets")
	t.Setenv("SALLYPORT_TENANT_RATE", "100")
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
}

func TestEveryFunctionStartsFromItsEnvironmentWithoutAnyCall(t *testing.T) {
	deployed(t)
	// A call to this address would fail the test by being late.
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://192.0.2.1")
	for name, build := range builders {
		began := time.Now()
		if handler, err := build(); err != nil || handler == nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s took %v to start", name, took)
		}
	}
	if handler, err := Operator(); err != nil || handler == nil {
		t.Errorf("operator: %v", err)
	}
}

func TestNoFunctionStartsWithoutItsSettings(t *testing.T) {
	deployed(t)
	t.Setenv("TABLE_NAME", "")
	for name, build := range builders {
		if _, err := build(); err == nil {
			t.Errorf("%s starts without a table", name)
		}
	}
	if _, err := Operator(); err == nil {
		t.Error("operator starts without a table")
	}
}

// Case FT-01's end: a store that does not answer is a refusal, in time.
func TestAStoreThatDoesNotAnswerIs503BeforeTheFunctionsTimeEnds(t *testing.T) {
	deployed(t)
	silent := make(chan struct{})
	table := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-silent }))
	defer table.Close()
	defer close(silent)
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", table.URL)
	handler, err := Pages()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), answerReserve+300*time.Millisecond)
	defer cancel()
	request := events.APIGatewayV2HTTPRequest{RouteKey: "GET /.well-known/jwks.json", RawPath: "/.well-known/jwks.json"}
	request.RequestContext.HTTP.Method = http.MethodGet
	request.RequestContext.HTTP.Path = request.RawPath
	response, err := handler(ctx, request)
	if err != nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d, error %v", response.StatusCode, err)
	}
	if ctx.Err() != nil {
		t.Error("the answer came after the function's time")
	}
}

// Case FT-01's other end: a table that throttles everything is the same
// refusal, with the time to wait, and costs a fraction of the function's time.
func TestFT01AThrottledTableIs503WithATimeToWait(t *testing.T) {
	deployed(t)
	var asked atomic.Int64
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"m"}`)
	}))
	defer table.Close()
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", table.URL)
	key := "sallyport_sk_" + strings.Repeat("0", 16) + "_" + strings.Repeat("0", 52)
	for name, line := range map[string]string{"verify": "POST /v1/tenants/acme/logins", "directory": "GET /v1/keys", "pages": "GET /.well-known/jwks.json"} {
		handler, err := builders[name]()
		if err != nil {
			t.Fatal(err)
		}
		method, path, _ := strings.Cut(line, " ")
		request := events.APIGatewayV2HTTPRequest{RawPath: path, Headers: map[string]string{"authorization": "Bearer " + key}}
		request.RequestContext.HTTP.Method, request.RequestContext.HTTP.Path = method, path
		began, before := time.Now(), asked.Load()
		response, err := handler(t.Context(), request)
		if err != nil || response.StatusCode != http.StatusServiceUnavailable || response.Headers["Retry-After"] == "" {
			t.Errorf("%s: status %d, Retry-After %q, error %v", line, response.StatusCode, response.Headers["Retry-After"], err)
		}
		if asked.Load() == before {
			t.Errorf("%s did not ask the table: the test shows nothing", line)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %v of the function's ten seconds", line, took)
		}
	}
}
