package parts

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// dynamoVersion is the version of DynamoDB Local in local/pom.xml.
const dynamoVersion = "2.6.1"

// The commands that get what a machine lacks.
const (
	getJava  = "apt-get install openjdk-17-jre-headless (or any Java 17)"
	getMaven = "apt-get install maven"
	getNode  = "apt-get install nodejs npm (or any Node 20)"
)

// DynamoDB says how to run DynamoDB Local.
type DynamoDB struct {
	// Local is the folder local/ of the project.
	Local string
	// Data is the folder for its file; "" keeps everything in memory, which
	// is fifty times faster and what tests want.
	Data string
	// Log is the file for its output.
	Log string
	// HeapMB is how much memory its Java may take, besides the data; 0 is
	// enough for tests.
	HeapMB int
}

// testHeapMB is what a table of tests needs.
const testHeapMB = 256

// Start fetches DynamoDB Local where it is missing and runs it on a free
// port. It listens on every interface of the machine; nothing can change
// that.
func (d DynamoDB) Start(ctx context.Context) (*Process, error) {
	java, err := tool("java", "Java 17", getJava)
	if err != nil {
		return nil, err
	}
	lib, err := FetchDynamoDB(ctx, d.Local)
	if err != nil {
		return nil, err
	}
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	args := []string{
		"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", fmt.Sprintf("-Xmx%dm", cmp.Or(d.HeapMB, testHeapMB)),
		"-Djava.library.path=" + lib, "-cp", filepath.Join(lib, "*"),
		"com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
		"-disableTelemetry", "-sharedDb", "-port", strconv.Itoa(port),
	}
	if d.Data == "" {
		args = append(args, "-inMemory")
	} else {
		args = append(args, "-dbPath", d.Data)
	}
	// Not bound to ctx: Stop ends it, in order.
	cmd := exec.Command(java, args...)
	return start(ctx, "DynamoDB Local", fmt.Sprintf("http://127.0.0.1:%d", port), d.Log, cmd)
}

// FetchDynamoDB fetches DynamoDB Local into local/.tools, where it is not
// there yet, and returns the folder with its libraries.
func FetchDynamoDB(ctx context.Context, local string) (lib string, err error) {
	dir := filepath.Join(local, ".tools", "dynamodb")
	lib = filepath.Join(dir, "lib")
	if _, err := os.Stat(filepath.Join(lib, "DynamoDBLocal-"+dynamoVersion+".jar")); err == nil {
		return filepath.Abs(lib)
	}
	maven, err := tool("mvn", "Maven", getMaven)
	if err != nil {
		return "", err
	}
	err = fetch(dir, "dynamodb", func(dir string) *exec.Cmd {
		out, _ := filepath.Abs(filepath.Join(dir, "lib"))
		return exec.CommandContext(ctx, maven, "-q", "-B", "-f", filepath.Join(local, "pom.xml"),
			"dependency:copy-dependencies", "-DoutputDirectory="+out)
	})
	if err != nil {
		return "", err
	}
	return filepath.Abs(lib)
}
