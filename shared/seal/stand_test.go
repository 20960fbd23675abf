package seal_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

const issuer = "https://auth.example.com"

var (
	ctx   = context.Background()
	start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// errAway is what a stand-in answers while it is away.
var errAway = errors.New("away")

// table is a store that can be away, and counts its loads.
type table struct {
	mu      sync.Mutex
	records map[twofactor.Key]twofactor.Record
	away    error
	loads   int
}

func (s *table) Load(_ context.Context, wants ...twofactor.Want) (twofactor.Found, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loads++
	if s.away != nil {
		return nil, s.away
	}
	found := twofactor.Found{}
	for _, want := range wants {
		if record, ok := s.records[want.Key]; ok {
			found[want.Key] = record
		}
	}
	return found, nil
}

func (s *table) put(records ...twofactor.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, record := range records {
		s.records[record.Key()] = record
	}
}

// root is a key service that can be away, and counts its calls.
type root struct {
	seal.Root
	mu     sync.Mutex
	away   error
	calls  int
	during func()
}

func (r *root) Unwrap(ctx context.Context, purpose twofactor.RootPurpose, wrapped []byte) ([]byte, error) {
	r.mu.Lock()
	r.calls++
	away, during := r.away, r.during
	r.mu.Unlock()
	if during != nil {
		during()
	}
	if away != nil {
		return nil, away
	}
	return r.Root.Unwrap(ctx, purpose, wrapped)
}

func (r *root) set(away error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.away = away
}

// stand is a Keeper with stand-ins around it.
type stand struct {
	*seal.Keeper
	table   *table
	root    *root
	mu      sync.Mutex
	now     time.Time
	reports []twofactor.RootPurpose
}

func (s *stand) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *stand) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// keeper makes one more instance beside the first: nothing held yet.
func (s *stand) keeper() *seal.Keeper {
	return seal.New(seal.Options{
		Loader: s.table, Root: s.root, Now: s.clock, Issuer: issuer,
		Report: func(p twofactor.RootPurpose, err error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.reports = append(s.reports, p)
		},
	})
}

// newStand makes a stand with a root key for each purpose and a signing key.
func newStand(t testing.TB) *stand {
	t.Helper()
	file, err := seal.NewFileRoot(filepath.Join(t.TempDir(), "root.key"), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	s := &stand{
		table: &table{records: map[twofactor.Key]twofactor.Record{}},
		root:  &root{Root: file},
		now:   start,
	}
	s.Keeper = s.keeper()
	for _, p := range []twofactor.RootPurpose{
		twofactor.RootTenant, twofactor.RootToken, twofactor.RootSigning, twofactor.RootMail,
	} {
		s.addRoot(t, p)
	}
	key, err := s.NewSigningKey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	key.CreatedAt, key.ActiveFrom = start, start
	s.table.put(&twofactor.SigningKeys{Keys: []twofactor.SigningKey{key}})
	s.Keeper = s.keeper()
	s.root.calls, s.table.loads = 0, 0
	return s
}

// addRoot adds a new root key, made now.
func (s *stand) addRoot(t testing.TB, p twofactor.RootPurpose) {
	t.Helper()
	key, err := s.NewRootKey(ctx, p)
	if err != nil {
		t.Fatal(err)
	}
	key.CreatedAt = s.clock()
	record := &twofactor.RootKeys{Purpose: p}
	if old, ok := s.table.records[twofactor.RootKeysKey(p)].(*twofactor.RootKeys); ok {
		record.Keys = append(record.Keys, old.Keys...)
	}
	record.Keys = append(record.Keys, key)
	s.table.put(record)
}

// wantNotNow fails unless err says "not now".
func wantNotNow(t *testing.T, err error) {
	t.Helper()
	if twofactor.CodeOf(err) != twofactor.CodeUnavailable || errors.Is(err, twofactor.ErrBadToken) {
		t.Errorf("got %v, want %s", err, twofactor.CodeUnavailable)
	}
}

// wantBad fails unless err says that a token is none of ours.
func wantBad(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, twofactor.ErrBadToken) || twofactor.CodeOf(err) != "" {
		t.Errorf("got %v, want %v", err, twofactor.ErrBadToken)
	}
}
