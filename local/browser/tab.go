package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Tab is a window of Chromium with one page. Its methods fail the test when
// something does not answer.
type Tab struct {
	// Downloads is the folder that takes the files which the page saves.
	Downloads string

	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	faults   []string
	requests []string
}

// Open starts a Chromium for t and stops it at the end of t; what the pages
// did wrong by then fails t. Only a developer's machine may do without
// Chromium: the test is skipped there.
func Open(t testing.TB) *Tab {
	t.Helper()
	tab := &Tab{t: t, Downloads: t.TempDir()}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.DisableGPU)
	if os.Geteuid() == 0 {
		// Chromium has no sandbox for root.
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	tab.ctx = ctx
	if err := chromedp.Listen(ctx, tab.watch); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	script := page.AddScriptToEvaluateOnNewDocumentParams{Source: reportViolations}
	if _, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, script); err != nil {
		t.Fatal(err)
	}
	saving := browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: tab.Downloads}
	if _, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, saving); err != nil {
		t.Fatal(err)
	}
	tab.Size(1000, 800)
	t.Cleanup(tab.judge)
	return tab
}

// chromium finds the program.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, "chromium", "apt-get install chromium")
	return ""
}

// Missing skips a test for want of a tool, and says how to get it. With
// CI=true nothing may be skipped: the test fails.
func Missing(t testing.TB, tool, get string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: %s", tool, get)
	}
	t.Skipf("%s is missing: %s", tool, get)
}

// Go opens an address, also where only the fragment differs.
func (b *Tab) Go(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate("about:blank"))
	b.do(chromedp.Navigate(url))
}

// Shot takes a picture of the whole page. With SCREENSHOTS=<folder> it is also
// kept there under name.
func (b *Tab) Shot(name string) []byte {
	b.t.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if folder := os.Getenv("SCREENSHOTS"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
	return picture
}

// Requests lists the addresses that pages have asked for so far.
func (b *Tab) Requests() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.requests...)
}

// judge fails the test for what the pages did wrong.
func (b *Tab) judge() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.faults) > 0 {
		b.t.Errorf("the page did what it must not:\n%s", strings.Join(b.faults, "\n"))
	}
}

func (b *Tab) do(action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, action); err != nil {
		b.t.Fatal(err)
	}
}
