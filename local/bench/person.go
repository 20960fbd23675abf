package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"sallyport/shared/boot"
	"sallyport/shared/dynamo"
	"sallyport/shared/httpapi"
	"sallyport/shared/seal"
	"sallyport/shared/totp"
	"sallyport/shared/twofactor"
)

// noon is when everything here happens: one moment, so that one code stays
// right.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const (
	tableName = "bench"
	tenantID  = "acme"
	userID    = "jane"
)

// person is one enrolled user of a stack on a table stub, at a login that
// asks for a code.
type person struct {
	table  *table
	client *dynamodb.Client
	verify httpapi.Handler
	apiKey string
	login  string
	code   string
}

// newPerson builds the handlers as boot does and lives up to the login.
func newPerson(ctx context.Context) (p *person, err error) {
	p = &person{table: &table{items: map[string]json.RawMessage{}}}
	options := dynamodb.Options{
		Region: "local", BaseEndpoint: aws.String("http://table.invalid"), HTTPClient: &http.Client{Transport: p.table},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "bench", SecretAccessKey: "bench"}, nil
		}),
	}
	// The bare calls are the SDK's own, as it comes.
	p.client = dynamodb.New(options)
	options.EndpointResolverV2 = dynamo.NewEndpoints()
	root, err := seal.NewFileRoot("", environment().get)
	if err != nil {
		return nil, err
	}
	store := dynamo.New(dynamodb.New(options), tableName)
	clock := func() time.Time { return noon }
	keeper := seal.New(seal.Options{Loader: store, Root: root, Now: clock, Issuer: "https://2fa.example"})
	deps := twofactor.Deps{
		Store: store, Vault: keeper, MailVault: keeper, Tokens: keeper, Signer: keeper, Assertions: keeper,
		Now: clock, Random: rand.Reader, Issuer: "https://2fa.example",
	}
	parts := boot.Parts{Deps: deps, Log: slog.New(slog.NewJSONHandler(io.Discard, nil))}
	p.verify = parts.Verify()
	return p, p.live(ctx, parts, twofactor.NewOperate(deps, keeper))
}

// live makes keys, tenant and user, enrols, and logs in again.
func (p *person) live(ctx context.Context, parts boot.Parts, operate *twofactor.Operate) error {
	if _, err := operate.Run(ctx, twofactor.OperateInput{Do: "prepare"}); err != nil {
		return err
	}
	made, err := operate.Run(ctx, twofactor.OperateInput{
		Do: "create_key", Name: "bench", Audience: "bench", Tenants: []string{twofactor.AllTenants},
		Scopes: []twofactor.Scope{twofactor.ScopeLogin, twofactor.ScopeUsers, twofactor.ScopeAdmin},
	})
	if err != nil {
		return err
	}
	p.apiKey = made.Key.Reveal()
	directory, enroll := parts.Directory(), parts.Enroll()
	base := "/v1/tenants/" + tenantID
	steps := script{ctx: ctx}
	steps.call(directory, "PUT", base, p.apiKey, `{"name":"Acme"}`)
	steps.call(directory, "PUT", base+"/users/"+userID, p.apiKey, `{"email":"jane@acme.example","role":"user","sign_in":"password"}`)
	self := steps.call(p.verify, "POST", base+"/users/"+userID+"/self-service", p.apiKey, `{}`)["token"]
	secret := steps.call(enroll, "POST", "/v1/enrollment", text(self), `{}`)["secret"]
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(text(secret))
	if err != nil {
		return err
	}
	// The proof takes the step before, so that this step's code is still good.
	proof := totp.Code(key, totp.Step(noon)-1)
	steps.call(enroll, "POST", "/v1/enrollment/confirm", text(self), `{"code":"`+proof+`"}`)
	steps.call(enroll, "POST", "/v1/enrollment/complete", text(self), `{"backup_codes_saved":true}`)
	p.code = totp.Code(key, totp.Step(noon))
	p.login = text(steps.call(p.verify, "POST", base+"/logins", p.apiKey, loginBody)["login"])
	p.table.frozen = true
	return steps.err
}

const loginBody = `{"user":{"id":"` + userID + `"},"first_factor":{"method":"password"}}`

// script calls handlers one after the other and keeps the first failure.
type script struct {
	ctx context.Context
	err error
}

func (s *script) call(h httpapi.Handler, method, path, bearer, body string) map[string]any {
	if s.err != nil {
		return nil
	}
	answer, err := h(s.ctx, event(method, path, bearer, body))
	if err == nil && answer.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %d %s", method, path, answer.StatusCode, answer.Body)
	}
	var out map[string]any
	if err == nil && answer.Body != "" {
		err = json.Unmarshal([]byte(answer.Body), &out)
	}
	s.err = err
	return out
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// event is a request as the HTTP API hands it to a function.
func event(method, path, bearer, body string) events.APIGatewayV2HTTPRequest {
	e := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RawPath: path, Body: body,
		Headers: map[string]string{"authorization": "Bearer " + bearer, "content-type": "application/json"},
	}
	e.RequestContext.HTTP.Method, e.RequestContext.HTTP.Path = method, path
	e.RequestContext.HTTP.SourceIP, e.RequestContext.HTTP.UserAgent = "192.0.2.1", "bench"
	e.RequestContext.RequestID = "bench"
	return e
}
