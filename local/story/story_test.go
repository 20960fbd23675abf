package story

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/shared/boot"
	"sallyport/shared/httpapi"
	"sallyport/shared/memory"
	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

// world is the service on the embedded store, with an API key for everything.
func world(t *testing.T) (Carrier, Values) {
	t.Helper()
	store := memory.New()
	root, err := seal.NewFileRoot(filepath.Join(t.TempDir(), "root"), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Now().UTC() }
	keeper := seal.New(seal.Options{
		Loader: store, Root: root, Now: now, Issuer: "http://127.0.0.1:3000",
		Report: func(twofactor.RootPurpose, error) {},
	})
	deps := twofactor.Deps{
		Store: store, Vault: keeper, MailVault: keeper, Tokens: keeper, Signer: keeper, Assertions: keeper,
		Now: now, Random: rand.Reader, Issuer: "http://127.0.0.1:3000",
	}
	operate := boot.Operate(twofactor.NewOperate(deps, keeper))
	if _, err := operate(context.Background(), boot.OperatorRequest{Do: "prepare"}); err != nil {
		t.Fatal(err)
	}
	made, err := operate(context.Background(), boot.OperatorRequest{
		Do: "create_key", Name: "story", Audience: "https://dashboard.example", Tenants: []string{"*"},
		Scopes: []twofactor.Scope{"login", "users", "admin", "keys"},
	})
	if err != nil {
		t.Fatal(err)
	}
	parts := boot.Parts{Deps: deps, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	handlers := map[httpapi.Function]httpapi.Handler{
		httpapi.FunctionVerify: parts.Verify(), httpapi.FunctionEnroll: parts.Enroll(), httpapi.FunctionPolicy: parts.Policy(),
		httpapi.FunctionReset: parts.Reset(), httpapi.FunctionDirectory: parts.Directory(), httpapi.FunctionPages: parts.Pages(),
	}
	functions := map[string]httpapi.Function{}
	for _, route := range httpapi.Routes() {
		functions[route.Key()] = route.Function
	}
	carry := func(request events.APIGatewayV2HTTPRequest) (Answer, error) {
		response, err := handlers[functions[request.RouteKey]](context.Background(), request)
		header := http.Header{}
		for name, value := range response.Headers {
			header.Set(name, value)
		}
		return Answer{Status: response.StatusCode, Header: header, Body: []byte(response.Body)}, err
	}
	return carry, Values{"api_key": made.Key, "audience": "https://dashboard.example", "tenant": "acme"}
}

func TestEveryEventOfTheStoryIsAnsweredAsItsFileSays(t *testing.T) {
	steps, err := Load("../../events")
	if err != nil {
		t.Fatal(err)
	}
	carry, values := world(t)
	for _, step := range steps {
		if err := step.Tell(carry, values); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheStoryTakesEveryRoute(t *testing.T) {
	steps, err := Load("../../events")
	if err != nil {
		t.Fatal(err)
	}
	var told, coded []string
	for _, step := range steps {
		route, err := step.Route()
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, route)
	}
	for _, route := range httpapi.Routes() {
		coded = append(coded, route.Key())
	}
	sort.Strings(told)
	sort.Strings(coded)
	if told = slices.Compact(told); !slices.Equal(told, coded) {
		t.Errorf("the story has\n%v\nthe code has\n%v", told, coded)
	}
}

func TestAnAnswerThatLacksSomethingFailsItsStep(t *testing.T) {
	step := Step{Name: "one", event: []byte(`{"routeKey":"GET /healthz"}`), Expect: Expect{
		Status: 200, Body: map[string]any{"a": map[string]any{"b": []any{"<any>", "{{x}}"}}}, Keep: map[string]string{"kept": "/a/b/0"},
	}}
	for body, right := range map[string]bool{
		`{"a":{"b":["1","y"],"c":1}}`: true, `{"a":{"b":["1","z"]}}`: false, `{"a":{"b":["1"]}}`: false,
		`{"a":{"b":[null,"y"]}}`: false, `{"a":{"b":["","y"]}}`: false, `{"a":1}`: false, `{}`: false, `no`: false,
	} {
		values := Values{"x": "y"}
		err := step.Tell(func(events.APIGatewayV2HTTPRequest) (Answer, error) {
			return Answer{Status: 200, Body: []byte(body)}, nil
		}, values)
		if (err == nil) != right {
			t.Errorf("%s: %v", body, err)
		}
		if right && values["kept"] != "1" {
			t.Errorf("kept %q", values["kept"])
		}
	}
	err := step.Tell(func(events.APIGatewayV2HTTPRequest) (Answer, error) { return Answer{Status: 500}, nil }, Values{"x": "y"})
	if err == nil {
		t.Error("another status passes")
	}
}
