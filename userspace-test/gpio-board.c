// SPDX-License-Identifier: GPL-2.0-only
/*
 * A board with the sensor of docs/driver.md, for gpio-test: an I2C bus with one device,
 * whose interrupt line is a GPIO.  The GPIO is the kernel's gpio-sim: a file sets its
 * level.  The device has one register, its status, which a file here adds bits to; a
 * reading takes as long as on a slow bus, and clears it.
 */
#include <linux/delay.h>
#include <linux/gpio/machine.h>
#include <linux/gpio/property.h>
#include <linux/i2c.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/property.h>

#define SENSOR_ADDRESS		0x20
#define SENSOR_STATUS		0x01
#define SENSOR_READ_US		200

static atomic_t sensor_status = ATOMIC_INIT(0);

static int status_set(const char *value, const struct kernel_param *param)
{
	u8 bits;
	int err = kstrtou8(value, 0, &bits);

	if (!err)
		atomic_or(bits, &sensor_status);
	return err;
}

static int status_get(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&sensor_status));
}

static const struct kernel_param_ops status_ops = { .set = status_set, .get = status_get };
module_param_cb(status, &status_ops, NULL, 0600);
MODULE_PARM_DESC(status, "bits that a write adds to the sensor's status");

static uint reads;
module_param(reads, uint, 0400);
MODULE_PARM_DESC(reads, "how often the status has been read");

static int board_i2c_transfer(struct i2c_adapter *adapter, u16 address, unsigned short flags,
			      char direction, u8 command, int size, union i2c_smbus_data *data)
{
	if (address != SENSOR_ADDRESS)
		return -ENXIO;
	if (size != I2C_SMBUS_BYTE_DATA || direction != I2C_SMBUS_READ || command != SENSOR_STATUS)
		return -EOPNOTSUPP;
	usleep_range(SENSOR_READ_US, 2 * SENSOR_READ_US);
	data->byte = atomic_xchg(&sensor_status, 0);
	reads++;
	return 0;
}

static u32 board_i2c_functionality(struct i2c_adapter *adapter)
{
	return I2C_FUNC_SMBUS_READ_BYTE_DATA;
}

static const struct i2c_algorithm board_i2c_algorithm = {
	.smbus_xfer	= board_i2c_transfer,
	.functionality	= board_i2c_functionality,
};

static struct i2c_adapter board_i2c = {
	.owner	= THIS_MODULE,
	.algo	= &board_i2c_algorithm,
	.name	= "gpio-board",
};

/* A consumer finds the chip by its label, which has to be the node's name. */
#define BANK_NAME	"gpio-board-bank"

static const struct property_entry bank_properties[] = {
	PROPERTY_ENTRY_U32("ngpios", 4),
	PROPERTY_ENTRY_STRING("gpio-sim,label", BANK_NAME),
	{ }
};

static const struct software_node chip_node = { .name = "gpio-board-chip" };
static const struct software_node bank_node = {
	.name = BANK_NAME, .parent = &chip_node, .properties = bank_properties,
};

static const struct property_entry sensor_properties[] = {
	PROPERTY_ENTRY_GPIO("interrupt-gpios", &bank_node, 2, GPIO_ACTIVE_HIGH),
	{ }
};

static const struct software_node sensor_node = {
	.name = "gpio-board-sensor", .properties = sensor_properties,
};

static const struct software_node *board_nodes[] = {
	&chip_node, &bank_node, &sensor_node, NULL
};

static struct platform_device *board_chip;

static int __init board_init(void)
{
	const struct i2c_board_info sensor = {
		I2C_BOARD_INFO("dpc-sensor", SENSOR_ADDRESS), .swnode = &sensor_node,
	};
	struct platform_device_info chip = { .name = "gpio-sim", .id = PLATFORM_DEVID_AUTO };
	struct i2c_client *client;
	int err;

	err = software_node_register_node_group(board_nodes);
	if (err)
		return err;
	chip.fwnode = software_node_fwnode(&chip_node);
	board_chip = platform_device_register_full(&chip);
	if (IS_ERR(board_chip)) {
		err = PTR_ERR(board_chip);
		goto no_chip;
	}
	err = i2c_add_adapter(&board_i2c);
	if (err)
		goto no_bus;
	client = i2c_new_client_device(&board_i2c, &sensor);
	if (!IS_ERR(client))
		return 0;

	err = PTR_ERR(client);
	i2c_del_adapter(&board_i2c);
no_bus:
	platform_device_unregister(board_chip);
no_chip:
	software_node_unregister_node_group(board_nodes);
	return err;
}
module_init(board_init);

static void __exit board_exit(void)
{
	i2c_del_adapter(&board_i2c);	/* and its device */
	platform_device_unregister(board_chip);
	software_node_unregister_node_group(board_nodes);
}
module_exit(board_exit);

MODULE_DESCRIPTION("A board for tests: an I2C device with its interrupt on a GPIO");
MODULE_LICENSE("GPL");
