package twofactor_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// plainKeys makes keys with nothing in them but an id.
type plainKeys struct {
	mu   sync.Mutex
	away error
}

func (k *plainKeys) NewRootKey(context.Context, twofactor.RootPurpose) (twofactor.RootKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return twofactor.RootKey{ID: rand.Text(), Wrapped: twofactor.SecretBytes("w")}, k.away
}

func (k *plainKeys) NewSigningKey(context.Context) (twofactor.SigningKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return twofactor.SigningKey{ID: rand.Text(), Public: []byte("{}"), Private: twofactor.SecretBytes("w")}, k.away
}

// works is an operator's function on an empty store.
type works struct {
	*twofactor.Operate
	t     *testing.T
	store *memory.Store
	keys  *plainKeys
	now   time.Time
}

func newWorks(t *testing.T) *works {
	t.Helper()
	w := &works{t: t, store: memory.New(), keys: &plainKeys{}, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	w.Operate = twofactor.NewOperate(twofactor.Deps{
		Store: w.store, Now: func() time.Time { return w.now }, Random: rand.Reader,
	}, w.keys)
	return w
}

func (w *works) prepare() []string {
	w.t.Helper()
	answer, err := w.Run(context.Background(), twofactor.OperateInput{Do: twofactor.OperatePrepare})
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.Made
}

func (w *works) load(key twofactor.Key) twofactor.Record {
	w.t.Helper()
	found, err := w.store.Load(context.Background(), twofactor.Want{Key: key})
	if err != nil {
		w.t.Fatal(err)
	}
	return found[key]
}

func (w *works) signing() []twofactor.SigningKey {
	record, ok := w.load(twofactor.SigningKeysKey()).(*twofactor.SigningKeys)
	if !ok {
		return nil
	}
	return record.Keys
}

func (w *works) roots(p twofactor.RootPurpose) []twofactor.RootKey {
	record, ok := w.load(twofactor.RootKeysKey(p)).(*twofactor.RootKeys)
	if !ok {
		return nil
	}
	return record.Keys
}

// current returns the key that signs at now.
func (w *works) current() (current twofactor.SigningKey) {
	for _, key := range w.signing() {
		if key.Signs(w.now) && (current.ID == "" || key.ActiveFrom.After(current.ActiveFrom)) {
			current = key
		}
	}
	return current
}

var purposes = []twofactor.RootPurpose{
	twofactor.RootTenant, twofactor.RootToken, twofactor.RootSigning, twofactor.RootMail,
}

func TestPreparingAnEmptyStoreMakesEveryKeyThatIsNeeded(t *testing.T) {
	w := newWorks(t)
	made := w.prepare()
	for _, p := range purposes {
		if keys := w.roots(p); len(keys) != 1 || !keys[0].CreatedAt.Equal(w.now) {
			t.Errorf("root keys for %s: %v", p, keys)
		}
	}
	keys := w.signing()
	if len(keys) != 2 || !keys[0].ActiveFrom.Equal(w.now) || !keys[1].ActiveFrom.Equal(w.now.Add(90*24*time.Hour)) {
		t.Errorf("signing keys: %+v", keys)
	}
	if len(made) != 6 {
		t.Errorf("it says %q", made)
	}
	if again := w.prepare(); len(again) != 0 || len(w.signing()) != 2 {
		t.Errorf("repeated, it did %q", again)
	}
}

func TestPreparingTwiceAtOnceMakesOneSetOfKeys(t *testing.T) {
	w := newWorks(t)
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			_, err := w.Run(context.Background(), twofactor.OperateInput{Do: twofactor.OperatePrepare})
			if err != nil && twofactor.CodeOf(err) != twofactor.CodeConflict {
				t.Error(err)
			}
		})
	}
	group.Wait()
	w.prepare()
	for _, p := range purposes {
		if len(w.roots(p)) != 1 {
			t.Errorf("%d root keys for %s", len(w.roots(p)), p)
		}
	}
	if len(w.signing()) != 2 {
		t.Errorf("%d signing keys", len(w.signing()))
	}
}

func TestPreparingThatIsCutAnywhereGoesOnWhenRepeated(t *testing.T) {
	for _, fault := range []memory.Fault{memory.FailBefore, memory.FailAfter} {
		for n := 1; n <= 5; n++ {
			w := newWorks(t)
			w.store.Fail(n, fault)
			_, err := w.Run(context.Background(), twofactor.OperateInput{Do: twofactor.OperatePrepare})
			if twofactor.CodeOf(err) != twofactor.CodeUnavailable {
				t.Errorf("fault %v at write %d: got %v", fault, n, err)
			}
			w.prepare()
			for _, p := range purposes {
				if len(w.roots(p)) != 1 {
					t.Errorf("fault %v at write %d: %d root keys for %s", fault, n, len(w.roots(p)), p)
				}
			}
			if len(w.signing()) != 2 {
				t.Errorf("fault %v at write %d: %d signing keys", fault, n, len(w.signing()))
			}
		}
	}
}

func TestWithoutTheKeyServiceNothingIsPrepared(t *testing.T) {
	w := newWorks(t)
	away := &twofactor.Error{Code: twofactor.CodeUnavailable, Detail: "Away."}
	w.keys.away = away
	if _, err := w.Run(context.Background(), twofactor.OperateInput{Do: twofactor.OperatePrepare}); !errors.Is(err, away) {
		t.Errorf("got %v", err)
	}
	if len(w.roots(twofactor.RootTenant))+len(w.signing()) != 0 {
		t.Error("something was written")
	}
}

// keyForm is what contract §1 and the key's own comment say.
var keyForm = regexp.MustCompile(`^sallyport_sk_([0-9a-hjkmnp-tv-z]{16})_([0-9a-hjkmnp-tv-z]{52})$`)

func anInput() twofactor.OperateInput {
	return twofactor.OperateInput{
		Do: twofactor.OperateCreateKey, Name: "first", Audience: "dashboard",
		Scopes: []twofactor.Scope{twofactor.ScopeKeys}, Tenants: []string{"*"},
	}
}

func TestTheOperatorMakesTheFirstAPIKeyAndKeepsOnlyItsHash(t *testing.T) {
	w := newWorks(t)
	answer, err := w.Run(context.Background(), anInput())
	if err != nil {
		t.Fatal(err)
	}
	parts := keyForm.FindStringSubmatch(answer.Key.Reveal())
	if parts == nil || parts[1] != answer.KeyID {
		t.Fatalf("the key has another form; its id is %q", answer.KeyID)
	}
	stored, ok := w.load(twofactor.APIKeyKey(answer.KeyID)).(*twofactor.APIKey)
	if !ok {
		t.Fatal("the key is not stored")
	}
	hash := sha256.Sum256([]byte(parts[2]))
	if !bytes.Equal(stored.Hash.Reveal(), hash[:]) || stored.Audience != "dashboard" || stored.Name != "first" {
		t.Errorf("stored as %+v", stored)
	}
	found, err := twofactor.NewKeys(w.Deps).Authenticate(context.Background(), answer.Key)
	if err != nil || found.ID != answer.KeyID {
		t.Errorf("the key does not open the door: %v", err)
	}
	change := w.store.Feed(0, 10)[0].Change
	if change.Event == nil || change.Event.Type != twofactor.EventKeyCreated || change.Event.Detail["key"] != answer.KeyID {
		t.Errorf("the event is %+v", change.Event)
	}
	if strings.Contains(strings.Join(answer.Made, " "), parts[2]) {
		t.Error("the answer's words show the secret")
	}
}

func TestTwoAPIKeysAreNeverTheSame(t *testing.T) {
	w := newWorks(t)
	one, err := w.Run(context.Background(), anInput())
	if err != nil {
		t.Fatal(err)
	}
	two, err := w.Run(context.Background(), anInput())
	if err != nil || one.KeyID == two.KeyID || one.Key == two.Key {
		t.Errorf("got the same key, or %v", err)
	}
}

func TestABadOrderToTheOperatorIsRefusedAndWritesNothing(t *testing.T) {
	for name, change := range map[string]func(*twofactor.OperateInput){
		"no order":       func(in *twofactor.OperateInput) { in.Do = "" },
		"unknown order":  func(in *twofactor.OperateInput) { in.Do = "destroy" },
		"no name":        func(in *twofactor.OperateInput) { in.Name = "" },
		"no audience":    func(in *twofactor.OperateInput) { in.Audience = "" },
		"no scopes":      func(in *twofactor.OperateInput) { in.Scopes = nil },
		"unknown scope":  func(in *twofactor.OperateInput) { in.Scopes = []twofactor.Scope{"root"} },
		"no tenants":     func(in *twofactor.OperateInput) { in.Tenants = nil },
		"bad tenant":     func(in *twofactor.OperateInput) { in.Tenants = []string{"a/b"} },
		"all and others": func(in *twofactor.OperateInput) { in.Tenants = []string{"*", "a"} },
	} {
		w := newWorks(t)
		in := anInput()
		change(&in)
		if _, err := w.Run(context.Background(), in); twofactor.CodeOf(err) != twofactor.CodeInvalid {
			t.Errorf("%s: got %v", name, err)
		}
		if w.store.Commits() != 0 {
			t.Errorf("%s: something was written", name)
		}
	}
}

func TestWithoutRandomnessNoAPIKeyIsMade(t *testing.T) {
	w := newWorks(t)
	w.Random = bytes.NewReader(make([]byte, 41))
	if _, err := w.Run(context.Background(), anInput()); twofactor.CodeOf(err) != twofactor.CodeUnavailable {
		t.Errorf("got %v", err)
	}
	if w.store.Commits() != 0 {
		t.Error("a key was written")
	}
}
