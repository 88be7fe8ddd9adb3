/* SPDX-License-Identifier: GPL-2.0-only */
/* Types, results, registers of drivers that come from Windows; see linux/dpc_wdm.h. */
#ifndef _LINUX_DPC_WDM_TYPES_H
#define _LINUX_DPC_WDM_TYPES_H

#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/math64.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/types.h>

/**
 * DOC: Types and results
 *
 * These are types and not macros, so that no other header is disturbed.  ULONG and
 * LONG have 32 bits as on Windows.  TRUE and FALSE are macros, because ACPI and AGP
 * headers define them as macros, too, and leave existing ones alone.  The NTSTATUS
 * values are those that the functions below return or turn into an errno.
 */
typedef void			VOID;
typedef void			*PVOID;
typedef void			*HANDLE;
typedef signed char		CHAR, *PCHAR;	/* plain char is unsigned in the kernel */
typedef signed char		CCHAR, *PCCHAR;
typedef unsigned char		UCHAR, *PUCHAR;
typedef unsigned char		BOOLEAN, *PBOOLEAN;
typedef char			*PSTR;
typedef const char		*PCSTR;
typedef s16			SHORT, *PSHORT;
typedef u16			USHORT, *PUSHORT;
typedef s32			LONG, *PLONG;
typedef u32			ULONG, *PULONG;
typedef u32			LOGICAL;
typedef s64			LONGLONG, LONG64, *PLONGLONG;
typedef u64			ULONGLONG, ULONG64, *PULONGLONG, *PULONG64;
typedef unsigned long		ULONG_PTR, *PULONG_PTR;
typedef unsigned long		SIZE_T;
typedef long			SSIZE_T;
typedef unsigned long		KAFFINITY;
typedef UCHAR			KIRQL, *PKIRQL;
typedef s32			NTSTATUS;
typedef s32			INT, INT32;
typedef s8			INT8;
typedef s16			INT16;
typedef s64			INT64;
typedef u8			UINT8, *PUINT8;		/* as ACPI's headers have them */
typedef u16			UINT16, *PUINT16;
typedef u32			UINT, UINT32, ULONG32, *PUINT, *PUINT32;
typedef u64			UINT64, *PUINT64;
typedef u16			WCHAR, *PWCHAR, *PWCH, *PWSTR;	/* UTF-16; no L"" in the kernel */
typedef const u16		*PCWSTR;

/* Lengths in bytes.  Nothing here makes one or looks into one. */
typedef struct _UNICODE_STRING {
	USHORT	Length;
	USHORT	MaximumLength;
	PWCH	Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING	*PCUNICODE_STRING;

#ifndef TRUE
#define TRUE			1
#endif
#ifndef FALSE
#define FALSE			0
#endif

/* IN, OUT, OPTIONAL are in dpc_wdm_last.h: such short macros break other headers. */
#ifndef _In_
#define _In_
#define _In_opt_
#define _Out_
#define _Out_opt_
#define _Inout_
#define _Inout_opt_
#define _Use_decl_annotations_
#define _Must_inspect_result_
#define _Function_class_(name)
#define _IRQL_requires_(level)
#define _IRQL_requires_max_(level)
#define _IRQL_requires_min_(level)
#define _IRQL_requires_same_
#endif

typedef union _LARGE_INTEGER {
	struct {
		ULONG	LowPart;
		LONG	HighPart;
	};
	struct {
		ULONG	LowPart;
		LONG	HighPart;
	} u;
	LONGLONG	QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef LARGE_INTEGER		PHYSICAL_ADDRESS;

#define STATUS_SUCCESS			((NTSTATUS)0x00000000)
#define STATUS_TIMEOUT			((NTSTATUS)0x00000102)
#define STATUS_PENDING			((NTSTATUS)0x00000103)
#define STATUS_BUFFER_OVERFLOW		((NTSTATUS)0x80000005)
#define STATUS_DEVICE_BUSY		((NTSTATUS)0x80000011)
#define STATUS_NO_MORE_ENTRIES		((NTSTATUS)0x8000001a)
#define STATUS_UNSUCCESSFUL		((NTSTATUS)0xc0000001)
#define STATUS_NOT_IMPLEMENTED		((NTSTATUS)0xc0000002)
#define STATUS_INFO_LENGTH_MISMATCH	((NTSTATUS)0xc0000004)
#define STATUS_ACCESS_VIOLATION		((NTSTATUS)0xc0000005)
#define STATUS_INVALID_PARAMETER	((NTSTATUS)0xc000000d)
#define STATUS_NO_SUCH_DEVICE		((NTSTATUS)0xc000000e)
#define STATUS_INVALID_DEVICE_REQUEST	((NTSTATUS)0xc0000010)
#define STATUS_NO_MEMORY		((NTSTATUS)0xc0000017)
#define STATUS_ACCESS_DENIED		((NTSTATUS)0xc0000022)
#define STATUS_BUFFER_TOO_SMALL		((NTSTATUS)0xc0000023)
#define STATUS_DATA_OVERRUN		((NTSTATUS)0xc000003c)
#define STATUS_DELETE_PENDING		((NTSTATUS)0xc0000056)
#define STATUS_INSUFFICIENT_RESOURCES	((NTSTATUS)0xc000009a)
#define STATUS_DEVICE_DATA_ERROR	((NTSTATUS)0xc000009c)
#define STATUS_DEVICE_NOT_CONNECTED	((NTSTATUS)0xc000009d)
#define STATUS_DEVICE_NOT_READY		((NTSTATUS)0xc00000a3)
#define STATUS_IO_TIMEOUT		((NTSTATUS)0xc00000b5)
#define STATUS_NOT_SUPPORTED		((NTSTATUS)0xc00000bb)
#define STATUS_INVALID_PARAMETER_1	((NTSTATUS)0xc00000ef)
#define STATUS_INVALID_PARAMETER_10	((NTSTATUS)0xc00000f8)
#define STATUS_CANCELLED		((NTSTATUS)0xc0000120)
#define STATUS_IO_DEVICE_ERROR		((NTSTATUS)0xc0000185)
#define STATUS_POSSIBLE_DEADLOCK	((NTSTATUS)0xc0000194)
#define STATUS_NOT_FOUND		((NTSTATUS)0xc0000225)
#define STATUS_DEVICE_REMOVED		((NTSTATUS)0xc00002b6)

#define NT_SUCCESS(Status)		((NTSTATUS)(Status) >= 0)

#define UNREFERENCED_PARAMETER(P)	((void)(P))
#define CONTAINING_RECORD(Address, Type, Field)	\
	container_of((PVOID)(Address), Type, Field)
#define PAGED_CODE()			might_sleep()

#define RtlZeroMemory(Destination, Length)		memset((Destination), 0, (Length))
#define RtlCopyMemory(Destination, Source, Length)	memcpy((Destination), (Source), (Length))

/* Absent: ERESOURCE.  A struct rw_semaphore. */
/* Absent: __try, __except, ExRaiseStatus.  Check, and return an error. */
/* Absent: RtlInitUnicodeString and its like, ANSI_STRING.  const char *. */
/* Absent: ZwCreateFile, ZwQueryValueKey.  Module parameters, sysfs, request_firmware(). */

/* Its fields are in dpc_wdm_irp.h. */
typedef struct _IRP		IRP, *PIRP;

/*
 * The documented tags, for prototypes and forward declarations that use them;
 * struct _KDPC is struct dpc.  They are macros because a structure can't have two
 * tags.
 */
#define _KDPC			dpc
#define _KTIMER			dpc_timer
#define _KEVENT			dpc_event
#define _KLOCK_QUEUE_HANDLE	dpc_lock_handle
#define _KDEVICE_QUEUE		dpc_device_queue
#define _KDEVICE_QUEUE_ENTRY	dpc_device_queue_entry
#define _KINTERRUPT		dpc_interrupt

static inline NTSTATUS dpc_wdm_status(int err)
{
	switch (err) {
	case 0:
		return STATUS_SUCCESS;
	case -EINVAL:
		return STATUS_INVALID_PARAMETER;
	case -ENOMEM:
		return STATUS_INSUFFICIENT_RESOURCES;
	case -EBUSY:
		return STATUS_DEVICE_BUSY;
	case -EDEADLK:
		return STATUS_POSSIBLE_DEADLOCK;
	case -ENODEV:
		return STATUS_DELETE_PENDING;
	default:
		return STATUS_UNSUCCESSFUL;
	}
}

/**
 * dpc_wdm_errno - what user space is told about a status
 * @Status: an NTSTATUS
 *
 * Context: any.
 * Return: 0 for all that NT_SUCCESS() takes for success, else a negative errno; -EIO for a
 * status that is not in this header.
 */
static inline int dpc_wdm_errno(NTSTATUS Status)
{
	if (NT_SUCCESS(Status))
		return 0;
	switch (Status) {
	case STATUS_BUFFER_OVERFLOW:
	case STATUS_BUFFER_TOO_SMALL:
	case STATUS_DATA_OVERRUN:
		return -EOVERFLOW;
	case STATUS_DEVICE_BUSY:
	case STATUS_DEVICE_NOT_READY:
		return -EBUSY;
	case STATUS_NOT_IMPLEMENTED:
	case STATUS_NOT_SUPPORTED:
		return -EOPNOTSUPP;
	case STATUS_ACCESS_VIOLATION:
		return -EFAULT;
	case STATUS_INFO_LENGTH_MISMATCH:
	case STATUS_INVALID_PARAMETER:
	case STATUS_INVALID_PARAMETER_1:
	case STATUS_INVALID_PARAMETER_10:
		return -EINVAL;
	case STATUS_NO_SUCH_DEVICE:
	case STATUS_DELETE_PENDING:
	case STATUS_DEVICE_NOT_CONNECTED:
	case STATUS_DEVICE_REMOVED:
		return -ENODEV;
	case STATUS_INVALID_DEVICE_REQUEST:
		return -ENOTTY;
	case STATUS_ACCESS_DENIED:
		return -EACCES;
	case STATUS_NO_MEMORY:
	case STATUS_INSUFFICIENT_RESOURCES:
		return -ENOMEM;
	case STATUS_IO_TIMEOUT:
		return -ETIMEDOUT;
	case STATUS_CANCELLED:
		return -ECANCELED;
	case STATUS_POSSIBLE_DEADLOCK:
		return -EDEADLK;
	case STATUS_NO_MORE_ENTRIES:
	case STATUS_NOT_FOUND:
		return -ENOENT;
	default:
		return -EIO;
	}
}

/**
 * DOC: Registers
 *
 * The pointers have no __iomem, as in drivers from Windows, and point to memory from
 * ioremap() or pcim_iomap_table().  Access is little endian, with the barriers of
 * readl() and writel().
 */
static inline UCHAR READ_REGISTER_UCHAR(const volatile UCHAR *Register)
{
	return readb((const volatile void __iomem __force *)Register);
}

static inline USHORT READ_REGISTER_USHORT(const volatile USHORT *Register)
{
	return readw((const volatile void __iomem __force *)Register);
}

static inline ULONG READ_REGISTER_ULONG(const volatile ULONG *Register)
{
	return readl((const volatile void __iomem __force *)Register);
}

static inline VOID WRITE_REGISTER_UCHAR(volatile UCHAR *Register, UCHAR Value)
{
	writeb(Value, (volatile void __iomem __force *)Register);
}

static inline VOID WRITE_REGISTER_USHORT(volatile USHORT *Register, USHORT Value)
{
	writew(Value, (volatile void __iomem __force *)Register);
}

static inline VOID WRITE_REGISTER_ULONG(volatile ULONG *Register, ULONG Value)
{
	writel(Value, (volatile void __iomem __force *)Register);
}

/* Absent: READ_PORT_ULONG and its like.  ioread32() on what pci_iomap() returned. */

#endif /* _LINUX_DPC_WDM_TYPES_H */
