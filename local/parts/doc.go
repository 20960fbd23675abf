// Package parts fetches and runs the real parts of the development stack that
// are not Go: DynamoDB Local (Java, fetched by Maven) and aws-ses-v2-local
// (Node, fetched by npm). Both are pinned, fetched into local/.tools, never
// installed anywhere else, and never committed. What is started here ends
// with the process that started it, also when that one is killed.
package parts
