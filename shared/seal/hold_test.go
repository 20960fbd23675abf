package seal_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

func TestCallsToTheKeyServiceDontGrowWithTenantsOrCalls(t *testing.T) {
	s := newStand(t)
	for i := range 50 {
		if _, err := s.NewDataKey(ctx, "tenant-"+strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	if s.root.calls != 1 || s.table.loads != 1 {
		t.Errorf("%d calls to the key service and %d loads for 50 tenants, want one of each", s.root.calls, s.table.loads)
	}
}

func TestAColdStartWithManyCallsAsksTheKeyServiceOnce(t *testing.T) {
	s := newStand(t)
	const callers = 30
	release := make(chan struct{})
	s.root.during = func() { <-release }
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			if _, err := s.NewDataKey(ctx, "acme"); err != nil {
				t.Error(err)
			}
		})
	}
	close(release)
	group.Wait()
	if s.root.calls != 1 {
		t.Errorf("%d callers made %d calls", callers, s.root.calls)
	}
}

// TestWithTheKeyServiceAwayHeldKeysWorkForFiveMinutesAndSaySo is FT-10.
func TestWithTheKeyServiceAwayHeldKeysWorkForFiveMinutesAndSaySo(t *testing.T) {
	for _, step := range []struct {
		after   time.Duration
		works   bool
		reports bool
	}{
		{after: 0, works: true},
		{after: 3*time.Minute + 59*time.Second, works: true},
		{after: 4 * time.Minute, works: true, reports: true},
		{after: 4*time.Minute + 59*time.Second, works: true, reports: true},
		{after: 5 * time.Minute},
		{after: time.Hour},
		{after: -time.Second},
	} {
		s := newStand(t)
		_, wrapped := openKey(t, s, "acme")
		s.root.set(errAway)
		s.advance(step.after)
		_, err := s.OpenDataKey(ctx, "acme", wrapped)
		if step.works && err != nil {
			t.Errorf("after %s: %v", step.after, err)
		}
		if !step.works {
			wantNotNow(t, err)
		}
		if got := len(s.reports) > 0; got != step.reports {
			t.Errorf("after %s: reports %v, want %v", step.after, got, step.reports)
		}
	}
}

func TestWithTheTableAwayHeldKeysWorkForFiveMinutesToo(t *testing.T) {
	s := newStand(t)
	_, wrapped := openKey(t, s, "acme")
	s.table.away = errAway
	s.advance(4*time.Minute + 30*time.Second)
	if _, err := s.OpenDataKey(ctx, "acme", wrapped); err != nil {
		t.Error(err)
	}
	s.advance(time.Minute)
	_, err := s.OpenDataKey(ctx, "acme", wrapped)
	wantNotNow(t, err)
}

func TestAKeyServiceThatIsAwayIsNotAskedAgainByEveryCall(t *testing.T) {
	s := newStand(t)
	_, wrapped := openKey(t, s, "acme")
	s.root.set(errAway)
	s.advance(4 * time.Minute)
	before := s.root.calls
	for range 100 {
		if _, err := s.OpenDataKey(ctx, "acme", wrapped); err != nil {
			t.Fatal(err)
		}
	}
	if s.root.calls != before+1 {
		t.Errorf("100 calls asked %d times", s.root.calls-before)
	}
	s.advance(10 * time.Second)
	s.root.set(nil)
	if _, err := s.OpenDataKey(ctx, "acme", wrapped); err != nil || s.root.calls != before+2 {
		t.Errorf("after the pause: %v, asked %d times", err, s.root.calls-before)
	}
}

func TestAColdStartWithoutTheKeyServiceIsNotNowAndRecoversAtOnce(t *testing.T) {
	s := newStand(t)
	s.root.set(errAway)
	_, err := s.NewDataKey(ctx, "acme")
	wantNotNow(t, err)
	_, err = s.SealToken(ctx, twofactor.Token{Kind: twofactor.TokenLogin})
	wantNotNow(t, err)
	_, err = s.OpenToken(ctx, "a.b.c", twofactor.TokenLogin)
	wantBad(t, err)
	_, err = s.Ready(ctx)
	wantNotNow(t, err)
	s.root.set(nil)
	if _, err := s.NewDataKey(ctx, "acme"); err != nil {
		t.Error(err)
	}
}

func TestWithoutRootKeysNothingWorksUntilTheyAreMade(t *testing.T) {
	s := newStand(t)
	key := twofactor.RootKeysKey(twofactor.RootTenant)
	record := s.table.records[key]
	delete(s.table.records, key)
	_, err := s.NewDataKey(ctx, "acme")
	wantNotNow(t, err)
	s.table.put(record)
	if _, err := s.NewDataKey(ctx, "acme"); err != nil {
		t.Error(err)
	}
}

func TestANewRootKeySealsOnlyOnceEveryInstanceKnowsIt(t *testing.T) {
	s := newStand(t)
	s.advance(365 * 24 * time.Hour)
	old := s.keeper()
	_, before := openKey(t, s, "acme") // both instances hold the old list
	if _, err := old.OpenDataKey(ctx, "acme", before); err != nil {
		t.Fatal(err)
	}
	s.addRoot(t, twofactor.RootTenant)
	fresh, err := s.keeper().NewDataKey(ctx, "acme")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.OpenDataKey(ctx, "acme", fresh); err != nil {
		t.Errorf("an instance that holds the old list cannot open what a new one sealed: %v", err)
	}
	s.advance(15 * time.Minute)
	settled, err := s.keeper().NewDataKey(ctx, "acme")
	if err != nil {
		t.Fatal(err)
	}
	newest := s.table.records[twofactor.RootKeysKey(twofactor.RootTenant)].(*twofactor.RootKeys).Keys[1].ID
	if got := string(settled[2 : 2+len(newest)]); got != newest {
		t.Errorf("after settling it is sealed under %s, want %s", got, newest)
	}
	for _, wrapped := range []twofactor.SecretBytes{before, fresh, settled} {
		if _, err := old.OpenDataKey(ctx, "acme", wrapped); err != nil {
			t.Errorf("an older root key no longer opens: %v", err)
		}
	}
}

// silent is a key service that never answers.
type silent struct{ root }

func (*silent) Unwrap(ctx context.Context, _ twofactor.RootPurpose, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestAKeyServiceThatNeverAnswersIsGivenUpInTime(t *testing.T) {
	s := newStand(t)
	keeper := seal.New(seal.Options{Loader: s.table, Root: &silent{}, Now: s.clock, Issuer: issuer})
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := keeper.NewDataKey(ctx, "acme")
		wantNotNow(t, err)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

func TestACallerThatLeavesTakesNobodyElsesFetchAlong(t *testing.T) {
	s := newStand(t)
	leaving, leave := context.WithCancel(ctx)
	s.root.during = leave
	_, err := s.NewDataKey(leaving, "acme")
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := s.NewDataKey(ctx, "acme"); err != nil || s.root.calls != 1 {
		t.Errorf("the next caller: %v after %d calls, want the key that was fetched", err, s.root.calls)
	}
}
