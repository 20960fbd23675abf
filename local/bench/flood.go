package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sallyport/local/api"
	"sallyport/local/stack"
)

const (
	// floodCalls is how many logins of the calm tenant are timed, floodWorkers
	// how many callers flood the loud one.
	floodCalls   = 500
	floodWorkers = 4
	// deployedRate is what the template gives a tenant on each instance,
	// gatewayRate what it lets pass for all together: no flood is faster.
	deployedRate = 100
	gatewayRate  = 500
)

// benchFlood times the logins of one tenant alone, and while another tenant
// floods (TN-09, AV-04). Here both share one process and its cores, deployed
// they share nothing but the account.
func benchFlood(ctx context.Context) (err error) {
	state, err := os.MkdirTemp("", "sallyport-flood-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(state)) }()
	s, err := stack.Start(ctx, stack.Options{Root: ".", State: state, Store: stack.StoreMemory, TenantRate: deployedRate, Log: io.Discard})
	if err != nil {
		return err
	}
	defer s.Close()
	platform := api.Client{URL: s.URL, Bearer: s.APIKey.Reveal()}
	for _, tenant := range []string{"calm", "loud"} {
		if _, err := platform.Must(ctx, http.MethodPut, "/v1/tenants/"+tenant, map[string]any{"name": tenant}); err != nil {
			return err
		}
	}
	// One round warms up and is not shown.
	if _, err := calm(ctx, platform); err != nil {
		return err
	}
	alone, err := calm(ctx, platform)
	if err != nil {
		return err
	}
	stop, done, refused := flood(ctx, platform)
	beside, err := calm(ctx, platform)
	stop()
	fmt.Printf("\nlogin of a calm tenant, beside one who floods with %d callers (%d calls, %.0f%% refused)\n",
		floodWorkers, done.Load(), 100*float64(refused.Load())/float64(max(1, done.Load())))
	fmt.Printf("  p50 x %.2f, p99 x %.2f of what it takes alone; of %d calls none failed\n",
		ratio(beside, alone, 50), ratio(beside, alone, 99), floodCalls)
	return err
}

func login(ctx context.Context, platform api.Client, tenant string) (api.Answer, error) {
	return platform.Do(ctx, http.MethodPost, "/v1/tenants/"+tenant+"/logins", map[string]any{
		"user": map[string]any{"id": "jane", "email": "jane@example.com"}, "first_factor": map[string]any{"method": "password"},
	})
}

// calm signs in to the calm tenant again and again; a refusal is an error. It
// stays within the tenant's budget, as somebody calm does.
func calm(ctx context.Context, platform api.Client) ([]time.Duration, error) {
	const perSecond = 50
	turn := time.NewTicker(time.Second / perSecond)
	defer turn.Stop()
	var took []time.Duration
	for range floodCalls {
		<-turn.C
		begun := time.Now()
		answer, err := login(ctx, platform, "calm")
		if err != nil {
			return nil, err
		}
		took = append(took, time.Since(begun))
		if answer.Status != http.StatusOK {
			return nil, fmt.Errorf("a login of the calm tenant was answered with %d", answer.Status)
		}
	}
	slices.Sort(took)
	return took, nil
}

// flood signs in to the loud tenant as fast as the gateway lets through, until
// stop.
func flood(ctx context.Context, platform api.Client) (stop func(), done, refused *atomic.Int64) {
	ctx, cancel := context.WithCancel(ctx)
	done, refused = &atomic.Int64{}, &atomic.Int64{}
	turn := time.NewTicker(time.Second / gatewayRate)
	var wait sync.WaitGroup
	for range floodWorkers {
		wait.Go(func() {
			for ctx.Err() == nil {
				<-turn.C
				answer, err := login(ctx, platform, "loud")
				if err != nil {
					return
				}
				done.Add(1)
				if answer.Status == http.StatusTooManyRequests {
					refused.Add(1)
				}
			}
		})
	}
	return func() { cancel(); wait.Wait(); turn.Stop() }, done, refused
}

// ratio compares a percentile of two sorted lists.
func ratio(a, b []time.Duration, percent int) float64 {
	return float64(a[len(a)*percent/100]) / float64(b[len(b)*percent/100])
}
