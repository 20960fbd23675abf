package attack

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/go-json-experiment/json"

	"sallyport/shared/boot"
	"sallyport/shared/httpapi"
	"sallyport/shared/memory"
	"sallyport/shared/seal"
	"sallyport/shared/totp"
	"sallyport/shared/twofactor"
)

// town is the whole service in one process: every function behind its door.
type town struct {
	t      testing.TB
	store  *memory.Store
	deps   twofactor.Deps
	doors  map[httpapi.Function]httpapi.Handler
	log    *journal
	apiKey string

	mu      sync.Mutex
	now     time.Time
	replies []string
}

// journal collects log lines.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

const issuer = "https://sallyport.example"

func newTown(t testing.TB) *town {
	t.Helper()
	root, err := seal.NewFileRoot(filepath.Join(t.TempDir(), "root.key"), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, store: memory.New(), log: &journal{}, now: time.Date(2031, 5, 6, 12, 0, 0, 0, time.UTC)}
	keeper := seal.New(seal.Options{
		Loader: w.store, Root: root, Now: w.clock, Issuer: issuer, Report: func(twofactor.RootPurpose, error) {},
	})
	w.deps = twofactor.Deps{
		Store: w.store, Vault: keeper, MailVault: keeper, Tokens: keeper, Signer: keeper, Assertions: keeper,
		Now: w.clock, Random: rand.Reader, Issuer: issuer,
	}
	parts := boot.Parts{Deps: w.deps, Log: slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	w.doors = map[httpapi.Function]httpapi.Handler{
		httpapi.FunctionVerify: parts.Verify(), httpapi.FunctionEnroll: parts.Enroll(), httpapi.FunctionPolicy: parts.Policy(),
		httpapi.FunctionReset: parts.Reset(), httpapi.FunctionDirectory: parts.Directory(), httpapi.FunctionPages: parts.Pages(),
	}
	operate := twofactor.NewOperate(w.deps, keeper)
	w.ok(operate.Run(t.Context(), twofactor.OperateInput{Do: twofactor.OperatePrepare}))
	made := w.ok(operate.Run(t.Context(), twofactor.OperateInput{
		Do: twofactor.OperateCreateKey, Name: "dash", Audience: "dash", Tenants: []string{"*"},
		Scopes: []twofactor.Scope{twofactor.ScopeLogin, twofactor.ScopeUsers, twofactor.ScopeAdmin, twofactor.ScopeKeys},
	}))
	w.apiKey = made.Key.Reveal()
	return w
}

func (w *town) ok(answer twofactor.OperateAnswer, err error) twofactor.OperateAnswer {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

func (w *town) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *town) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// reply is an answer with its members.
type reply struct {
	status int
	body   string
	member map[string]any
}

func (r reply) text(name string) string {
	text, _ := r.member[name].(string)
	return text
}

// send goes through the door that the gateway would choose. line is "POST
// /path"; more are further headers, name by name.
func (w *town) send(line, bearer, body string, more ...string) reply {
	w.t.Helper()
	method, path, _ := strings.Cut(line, " ")
	function := httpapi.FunctionPages
	if route, ok := httpapi.Find(method, path); ok {
		function = route.Function
	}
	e := events.APIGatewayV2HTTPRequest{RawPath: path, Body: body, Headers: map[string]string{"content-type": "application/json"}}
	if bearer != "" {
		e.Headers["authorization"] = "Bearer " + bearer
	}
	for i := 0; i+1 < len(more); i += 2 {
		e.Headers[more[i]] = more[i+1]
	}
	e.RequestContext.HTTP.Method, e.RequestContext.HTTP.SourceIP = method, "192.0.2.7"
	answer, err := w.doors[function](context.Background(), e)
	if err != nil {
		w.t.Fatalf("%s: %v", line, err)
	}
	r := reply{status: answer.StatusCode, body: answer.Body}
	if strings.Contains(answer.Headers["Content-Type"], "json") {
		if err := json.Unmarshal([]byte(answer.Body), &r.member); err != nil {
			w.t.Fatalf("%s: %v", line, err)
		}
	}
	w.mu.Lock()
	w.replies = append(w.replies, line+" "+answer.Body)
	w.mu.Unlock()
	return r
}

// must demands a status.
func (w *town) must(status int, line, bearer, body string, more ...string) reply {
	w.t.Helper()
	r := w.send(line, bearer, body, more...)
	if r.status != status {
		w.t.Fatalf("%s: %d, want %d: %s", line, r.status, status, r.body)
	}
	return r
}

// asRoot are the headers of a call for acme's super admin.
func (w *town) asRoot() []string {
	return []string{"sallyport-actor", "root", "sallyport-actor-authenticated-at", w.clock().Format(time.RFC3339)}
}

// settle makes the tenant acme with root and jane.
func (w *town) settle() {
	w.t.Helper()
	w.must(201, "PUT /v1/tenants/acme", w.apiKey, `{"name":"Acme"}`)
	w.must(201, "PUT /v1/tenants/acme/users/root", w.apiKey, `{"email":"root-canary@example.com","role":"super_admin","sign_in":"password"}`)
	w.must(201, "PUT /v1/tenants/acme/users/jane", w.apiKey, `{"email":"jane-canary@example.com","name":"Jane","role":"user","sign_in":"password"}`)
}

func (w *town) login(user string) reply {
	w.t.Helper()
	return w.must(200, "POST /v1/tenants/acme/logins", w.apiKey, `{"user":{"id":"`+user+`"},"first_factor":{"method":"password"}}`)
}

// person is somebody with an app.
type person struct {
	shown  string
	secret []byte
	codes  []string
	tokens []string
}

// enrol goes through self-service.
func (w *town) enrol(user string) *person {
	w.t.Helper()
	own := w.must(201, "POST /v1/tenants/acme/users/"+user+"/self-service", w.apiKey, `{}`).text("token")
	begun := w.must(201, "POST /v1/enrollment", own, `{}`)
	p := &person{shown: begun.text("secret"), tokens: []string{own}}
	var err error
	if p.secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(p.shown); err != nil {
		w.t.Fatal(err)
	}
	confirmed := w.must(200, "POST /v1/enrollment/confirm", own, `{"code":"`+p.code(w.clock())+`"}`)
	for _, code := range confirmed.member["backup_codes"].([]any) {
		p.codes = append(p.codes, code.(string))
	}
	w.must(200, "POST /v1/enrollment/complete", own, `{"backup_codes_saved":true}`)
	w.pass(totp.Period * time.Second)
	return p
}

func (p *person) code(now time.Time) string { return totp.Code(p.secret, totp.Step(now)) }

// raw appends every string and every byte that a value holds, secrets too.
func raw(out []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			out = raw(out, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out = raw(out, v.Field(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			out = raw(raw(out, key), v.MapIndex(key))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			out = raw(out, v.Index(i))
		}
	case reflect.Uint8:
		return append(out, byte(v.Uint()))
	case reflect.String:
		return append(append(out, v.String()...), '\n')
	}
	return out
}
