// Command sam serves the functions through the SAM CLI on DynamoDB Local and,
// where Node is there, the local SES. Start it with local/sam/run, which builds
// the functions first.
//
//	serve           serves at http://127.0.0.1:3000 (or PORT) until Ctrl-C
//	smoke           tells the story of events/ once on free ports
//	invoke FILE     gives one event to "sam local invoke", filled with the
//	                values of a stack that is being served
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "make sam: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 1 && args[0] == "serve":
		return serve(ctx)
	case len(args) == 1 && args[0] == "smoke":
		return smoke(ctx)
	case len(args) == 2 && args[0] == "invoke":
		return invoke(ctx, args[1])
	}
	return fmt.Errorf("want serve, smoke or invoke FILE, got %q", args)
}
