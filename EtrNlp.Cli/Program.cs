using EtrNlp.Cli.Commands;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Devices;

GnuTunables.Apply(args);
var held = Inherited.HoldClosedStreams();
var code = await CommandLine.RunAsync(args, Outlet.Output, Outlet.Error);
GC.KeepAlive(held);
return code;
