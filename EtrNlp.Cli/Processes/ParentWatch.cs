using EtrNlp.Core.Devices;

namespace EtrNlp.Cli.Processes;

/// <summary>
/// Cancels when standard input ends. A pipe held by the program that started this one ends with it, however it ended,
/// on every system: no process is left behind to work in a folder that nobody watches.
/// </summary>
sealed class ParentWatch : IDisposable
{
    readonly CancellationTokenSource _source;

    public ParentWatch(CancellationToken cancellation)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        new Thread(Watch) { IsBackground = true }.Start();
    }

    /// <summary>Cancelled when the parent has gone, or by the token this was made with.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose() => _source.Dispose();

    void Watch()
    {
        using var input = Inherited.IsOpen(0) ? Console.OpenStandardInput() : Stream.Null;
        var ignored = new byte[64];
        try
        {
            while (Read(input, ignored) > 0) { }

            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command is over.
        }
    }

    // A broken pipe is as much of an end as a closed one.
    static int Read(Stream input, byte[] buffer)
    {
        try
        {
            return input.Read(buffer);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
