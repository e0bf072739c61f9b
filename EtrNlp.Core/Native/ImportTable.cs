using System.Runtime.InteropServices;

namespace EtrNlp.Core.Native;

/// <summary>
/// The addresses through which a loaded library calls the functions of others, as its relocations name them (System V ABI, AMD64 supplement,
/// sections 4.4 and 5.2).
/// </summary>
static unsafe class ImportTable
{
    const int StringTable = 5, SymbolTable = 6, Relocations = 7, RelocationBytes = 8, CallBytes = 2, CallRelocations = 23; // d_tag
    const uint Address = 6, Call = 7; // R_X86_64_GLOB_DAT, R_X86_64_JUMP_SLOT

    /// <summary>Whether there is such a table to be read here.</summary>
    internal static bool IsKnown => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Lets a library call other functions instead of some that it imports; false, with none of them redirected, unless it imports each and the system allows it.</summary>
    internal static bool Redirect(nint library, params (string Function, nint Target)[] redirections)
    {
        var map = (LinkMap*)library; // what the loader's handle points to
        var slots = redirections.Select(redirection => (Places: SlotsOf(map, redirection.Function), redirection.Target)).ToArray();
        if (!Array.TrueForAll(slots, slot => slot.Places.Count > 0 && slot.Places.TrueForAll(Pages.MakeWritable)))
        {
            return false;
        }

        foreach (var (places, target) in slots)
        {
            places.ForEach(place => *(nint*)place = target);
        }

        return true;
    }

    static List<nint> SlotsOf(LinkMap* map, string function)
    {
        var places = new List<nint>();
        foreach (var (table, bytes) in new[] { (Relocations, RelocationBytes), (CallRelocations, CallBytes) })
        {
            var relocation = (Relocation*)Pointer(map, table);
            for (var end = (nint)relocation + Entry(map, bytes); (nint)relocation < end; relocation++)
            {
                if (relocation->Type is Address or Call && NameOf(map, relocation->Symbol) == function)
                {
                    places.Add(map->Base + relocation->Offset);
                }
            }
        }

        return places;
    }

    static string? NameOf(LinkMap* map, uint symbol) =>
        Marshal.PtrToStringUTF8(Pointer(map, StringTable) + (nint)((Symbol*)Pointer(map, SymbolTable))[symbol].Name);

    // The loader may have added the base or not.
    static nint Pointer(LinkMap* map, int tag) => Entry(map, tag) is var value && value < map->Base ? map->Base + value : value;

    static nint Entry(LinkMap* map, int tag)
    {
        for (var entry = map->Dynamic; entry->Tag != 0; entry++)
        {
            if (entry->Tag == tag)
            {
                return entry->Value;
            }
        }

        return 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    readonly struct LinkMap // link.h
    {
        public readonly nint Base;
        public readonly nint Name;
        public readonly Dynamic* Dynamic;
    }

    [StructLayout(LayoutKind.Sequential)]
    readonly struct Dynamic // Elf64_Dyn
    {
        public readonly nint Tag;
        public readonly nint Value;
    }

    [StructLayout(LayoutKind.Sequential)]
    readonly struct Relocation // Elf64_Rela
    {
        public readonly nint Offset;
        public readonly uint Type;
        public readonly uint Symbol;
        public readonly nint Addend;
    }

    [StructLayout(LayoutKind.Sequential)]
    readonly struct Symbol // Elf64_Sym
    {
        public readonly uint Name;
        public readonly uint Kind; // three fields of it
        public readonly nint Value;
        public readonly nint Size;
    }
}
