using EtrNlp.Cli.Commands;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Devices;

// What takes no memory starts at once; a shell waits for the words that complete a line.
if (args is ["train" or "sweep" or "eval" or "bench", ..])
{
    GnuTunables.Apply(args);
}

var held = Inherited.HoldClosedStreams();
var code = await CommandLine.RunAsync(args, Outlet.Output, Outlet.Error);
GC.KeepAlive(held);
return code;
