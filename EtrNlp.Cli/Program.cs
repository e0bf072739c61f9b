using EtrNlp.Cli;
using EtrNlp.Core.Native;

var held = Inherited.HoldClosedStreams();
var code = await CommandLine.RunAsync(args, Outlet.Output, Outlet.Error);
GC.KeepAlive(held);
return code;
